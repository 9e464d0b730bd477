// Memory of a tier, through memkind: blocks that free themselves.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "framework/units.h"

namespace runtime {

// A block of DRAM, aligned to 2 MiB so that huge pages can back it, and zero. Throws OutOfTierMemory.
class Block {
  public:
    Block() = default;
    explicit Block(framework::Bytes bytes);

    std::byte* data() const { return data_.get(); }
    framework::Bytes bytes() const { return bytes_; }

  private:
    struct Free {
        void operator()(std::byte* data) const;
    };
    std::unique_ptr<std::byte, Free> data_;
    framework::Bytes bytes_ = 0;
};

std::string memkind_version();

}  // namespace runtime

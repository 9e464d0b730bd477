// Memory that a file stands behind, and what is said where the file is gone.
#pragma once

#include <cstddef>
#include <string>

namespace runtime {

// A file that is cut from outside, or whose disk fails, takes the memory that it is mapped to with it: the
// system sends SIGBUS to whoever reads there. While it lives, such a read ends the process with `sentence` on
// stderr and exit code 1. SIGBUS elsewhere does what it did before.
class WatchedMapping {
  public:
    WatchedMapping(const void* address, std::size_t bytes, const std::string& sentence);
    ~WatchedMapping();
    WatchedMapping(const WatchedMapping&) = delete;
    WatchedMapping& operator=(const WatchedMapping&) = delete;

    bool holds(const void* address) const;
    const std::string& sentence() const { return sentence_; }

  private:
    const std::byte *begin_, *end_;
    std::string sentence_;
    std::size_t slot_;
};

}  // namespace runtime

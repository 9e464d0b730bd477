// train --log: a line of JSON for every iteration.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/training/training.h"

namespace experiments {

class IterationLog {
  public:
    IterationLog() = default;  // keeps none
    ~IterationLog();
    IterationLog(IterationLog&& other) noexcept;
    IterationLog& operator=(IterationLog&& other) noexcept;
    // A run taken up at iteration `first` goes on behind what is logged before it; what a killed run had
    // logged beyond its last checkpoint goes, since those iterations come again. Throws DataError; a log that
    // cannot be read is left as it is.
    IterationLog(const std::string& file, std::int64_t first);

    void add(const runtime::IterationResult& result);  // throws DataError

  private:
    std::string file_;
    int descriptor_ = -1;
};

}  // namespace experiments

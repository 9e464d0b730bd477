// train --log: a line of JSON for every iteration.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/training/training.h"

namespace experiments {

class IterationLog {
  public:
    IterationLog() = default;  // writes no log
    ~IterationLog();
    IterationLog(IterationLog&& other) noexcept;
    IterationLog& operator=(IterationLog&& other) noexcept;
    // A run that starts or resumes at iteration `first` keeps the lines of earlier iterations and removes
    // later ones: a killed run may have logged iterations after its last checkpoint, and these run again.
    // Throws DataError; a log that cannot be read stays unchanged.
    IterationLog(const std::string& file, std::int64_t first);

    void add(const runtime::IterationResult& result);  // throws DataError

  private:
    std::string file_;
    int descriptor_ = -1;
};

}  // namespace experiments

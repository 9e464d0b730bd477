// train --log: a line of JSON for every iteration.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "runtime/training.h"

namespace experiments {

class IterationLog {
  public:
    IterationLog() = default;  // keeps none
    // A run taken up at iteration `first` goes on behind what is logged before it; what a killed run had
    // logged beyond its last checkpoint goes, since those iterations come again. Throws DataError.
    IterationLog(const std::string& file, std::int64_t first);

    void add(const runtime::IterationResult& result);  // throws DataError

  private:
    std::string file_;
    std::ofstream out_;
};

}  // namespace experiments

// Kernels and moves of an iteration as trace events, which Chrome's about:tracing and Perfetto show as a
// timeline.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/executor.h"

namespace runtime {

class Trace {
  public:
    // Remembers the times of the iteration that has just run; `start` in seconds since training began.
    void add(const Executor& executor, std::int64_t iteration, framework::Seconds start);

    // Written beside and renamed. Throws DataError.
    void write(const std::filesystem::path& path, const Program& program) const;

  private:
    struct Run {
        std::int64_t iteration;
        framework::Seconds start;
        std::vector<StepTime> steps;
    };
    std::vector<Run> runs_;
};

}  // namespace runtime

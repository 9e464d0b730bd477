// Writes the kernels and moves of iterations as trace events. Chrome's about:tracing and Perfetto show them
// as a timeline.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/executor.h"

namespace runtime {

class Trace {
  public:
    // Keeps the times of the iteration that has just run. `start`: seconds from the start of training to it.
    void add(const Executor& executor, std::int64_t iteration, framework::Seconds start);

    // An old file stays until the new one is complete. Throws DataError.
    void write(const std::filesystem::path& path, const Program& program) const;

  private:
    struct Run {
        std::int64_t iteration;
        framework::Seconds start;
        framework::Indexed<framework::Step, StepTime> steps;
    };
    std::vector<Run> runs_;
};

}  // namespace runtime

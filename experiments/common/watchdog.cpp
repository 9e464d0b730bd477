#include "experiments/common/watchdog.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

#include <unistd.h>

#include "experiments/common/signals.h"
#include "framework/base/error.h"
#include "framework/base/text.h"
#include "framework/base/thread.h"

namespace experiments {

using framework::Seconds;

namespace {

[[noreturn]] void end_process(int signal, Seconds waited) {
    const std::string sentence =
        framework::sentence(framework::text(program_invocation_short_name, ": signal ", signal,
                                            " asked for an end, but no kernel has ended for ",
                                            framework::print_seconds(waited),
                                            "; the last checkpoint is complete: continue with --resume")) +
        '\n';
    if (write(STDERR_FILENO, sentence.data(), sentence.size()) < 0) errno = 0;  // stderr is closed
    _exit(exit_code_of(signal));
}

}  // namespace

Watchdog::Watchdog(const std::atomic<std::int64_t>& kernels, Seconds predicted, Seconds least)
    : kernels_(kernels),
      longest_(predicted),
      least_(least),
      thread_(framework::start_thread("watch for kernels that hang", &Watchdog::watch, this)) {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    over_.notify_one();
    thread_.join();
}

void Watchdog::pause() {
    const std::lock_guard lock(mutex_);
    is_paused_ = true;
}

void Watchdog::resume() {
    const std::lock_guard lock(mutex_);
    is_paused_ = false;
}

// Counts its own steps instead of reading a clock, because a clock goes on while a terminal has stopped the
// process.
void Watchdog::watch() {
    const Seconds step = least_ / 20;
    std::int64_t kernels = -1;
    Seconds waited = 0, hung = 0;  // since a kernel ended; the part since a signal came
    std::unique_lock lock(mutex_);
    while (!over_.wait_for(lock, std::chrono::duration<double>(step), [&] { return is_over_; })) {
        if (is_paused_ || kernels != kernels_) {
            longest_ = std::max(longest_, waited);
            kernels = kernels_;
            waited = hung = 0;
        } else {
            waited += step;
            hung += stop_signal() ? step : 0;
        }
        if (hung > std::max(least_, 10 * longest_)) end_process(stop_signal(), hung);
    }
}

}  // namespace experiments

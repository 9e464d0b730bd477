// Ends a program that was asked to end and cannot, because a kernel or a read hangs.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "framework/base/units.h"

namespace experiments {

// While it lives, it watches whether kernels end. It acts after a signal has asked for an end (see
// stop_on_signals()). If then no kernel ends for at least `least` seconds and for ten times the longest
// kernel so far, including its wait for operands, it ends the process with the signal's exit code and a
// sentence on stderr.
class Watchdog {
  public:
    // `kernels`: how many have ended. `predicted`: the predicted seconds of the longest kernel.
    Watchdog(const std::atomic<std::int64_t>& kernels, framework::Seconds predicted,
             framework::Seconds least = 10);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Between pause() and resume() it waits for no kernel and does not end the process.
    void pause();
    void resume();

  private:
    void watch();

    const std::atomic<std::int64_t>& kernels_;
    framework::Seconds longest_, least_;
    std::mutex mutex_;  // held while the process is being ended, so that nothing comes after it
    std::condition_variable over_;
    bool is_over_ = false, is_paused_ = false;
    std::thread thread_;
};

}  // namespace experiments

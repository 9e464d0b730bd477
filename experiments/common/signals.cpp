#include "experiments/common/signals.h"

#include <atomic>
#include <csignal>
#include <ctime>
#include <initializer_list>

namespace experiments {

namespace {

std::atomic<int> first = 0;
std::atomic<bool> pipe_broke = false;
std::atomic<long long> asked_ms = 0;  // when the first INT or TERM came; 0: none has come

static_assert(std::atomic<int>::is_always_lock_free && std::atomic<long long>::is_always_lock_free);

long long now_ms() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1 + now.tv_sec * 1000LL + now.tv_nsec / 1'000'000;
}

// timeout(1) sends the same signal twice in a row, to its child and then to its process group. Both count as
// one request.
constexpr long long same_wish_ms = 100;

void remember(int signal) {
    int none = 0;
    first.compare_exchange_strong(none, signal);
    if (signal == SIGPIPE) pipe_broke = true;
    if (signal != SIGINT && signal != SIGTERM) return;
    long long before = 0;
    const long long now = now_ms();
    if (asked_ms.compare_exchange_strong(before, now) || now - before < same_wish_ms) return;
    std::signal(signal, SIG_DFL);
    std::raise(signal);  // is delivered when this handler has returned
}

void stop_on(int signal) {
    struct sigaction now {};
    if (sigaction(signal, nullptr, &now) != 0 || now.sa_handler == SIG_IGN) return;
    struct sigaction action {};
    action.sa_handler = remember;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
}

}  // namespace

void stop_on_signals() {
    for (const int signal : {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR1, SIGXCPU}) stop_on(signal);
}

void stop_on_lost_reader() {
    stop_on(SIGPIPE);
}

int stop_signal() {
    return first;
}

bool reader_is_gone() {
    return pipe_broke;
}

}  // namespace experiments

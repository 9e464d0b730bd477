#include "runtime/memory/watched_mapping.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <functional>

#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/text.h"

namespace runtime {

namespace {

// An array of fixed size, which a signal handler may read. A mapping beyond the 64th is not watched.
std::array<std::atomic<const WatchedMapping*>, 64> watched{};
struct sigaction before {};

void on_bus_error(int signal, siginfo_t* info, void*) {
    for (const auto& slot : watched) {
        const WatchedMapping* mapping = slot;
        if (!mapping || !mapping->holds(info->si_addr)) continue;
        const std::string& sentence = mapping->sentence();
        if (write(STDERR_FILENO, sentence.data(), sentence.size()) < 0) errno = 0;  // stderr is closed
        _exit(1);
    }
    sigaction(signal, &before, nullptr);    // the access is repeated, under the handler from before
    if (info->si_code <= 0) raise(signal);  // sent by a process: no access is repeated
}

void install() {
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGBUS, &action, &before);
}

}  // namespace

WatchedMapping::WatchedMapping(const void* address, std::size_t bytes, const std::string& sentence)
    : begin_(static_cast<const std::byte*>(address)),
      end_(begin_ + bytes),
      sentence_(framework::sentence(framework::text(program_invocation_short_name, ": ", sentence)) + '\n'),
      slot_(0) {
    static const bool installed = (install(), true);
    static_cast<void>(installed);
    for (; slot_ < watched.size(); ++slot_) {
        const WatchedMapping* none = nullptr;
        if (watched[slot_].compare_exchange_strong(none, this)) return;
    }
}

WatchedMapping::~WatchedMapping() {
    if (slot_ < watched.size()) watched[slot_] = nullptr;
}

bool WatchedMapping::holds(const void* address) const {
    return std::less_equal<>()(begin_, address) && std::less<>()(address, end_);
}

}  // namespace runtime

// Ends the program if memory is refused where no exception can be caught: before run() begins, or in a
// function that must not throw. It prints one sentence and returns 1, as elsewhere.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <new>

#include <unistd.h>

namespace experiments {

// Whether refused memory ends the program. An exception that leaves a noexcept function of a library cannot
// be examined; only refused memory is known to cause one.
inline bool memory_was_refused() noexcept {
    try {
        const std::exception_ptr failure = std::current_exception();
        if (!failure) return std::uncaught_exceptions() > 0;
        std::rethrow_exception(failure);
    } catch (const std::bad_alloc&) {
        return true;
    } catch (...) {
        return false;
    }
}

// Allocates nothing.
[[noreturn]] inline void end_for_want_of_memory() noexcept {
    if (!memory_was_refused()) std::abort();
    const auto say = [](const char* text) {
        std::size_t length = 0;
        while (text[length]) ++length;
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, length);
    };
    say(program_invocation_short_name);
    say(": the system has no memory left for this; end other programs, or ask for less\n");
    constexpr int unmet = 1;
    ::_exit(unmet);
}

inline const std::terminate_handler default_terminate = std::set_terminate(end_for_want_of_memory);

}  // namespace experiments

// The last resort for memory that is refused where no exception can be caught: before run() begins, or in a
// function that must not throw. The program ends with one sentence and 1, as it does elsewhere.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <new>

#include <unistd.h>

namespace experiments {

// Allocates nothing.
[[noreturn]] inline void end_for_want_of_memory() noexcept {
    constexpr int unmet = 1;
    const auto say = [](const char* text) {
        std::size_t length = 0;
        while (text[length]) ++length;
        [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, length);
    };
    try {
        if (const std::exception_ptr failure = std::current_exception()) std::rethrow_exception(failure);
    } catch (const std::bad_alloc&) {
        say(program_invocation_short_name);
        say(": the system has no memory left for this; end other programs, or ask for less\n");
        ::_exit(unmet);
    } catch (...) {
    }
    std::abort();
}

inline const std::terminate_handler default_terminate = std::set_terminate(end_for_want_of_memory);

}  // namespace experiments

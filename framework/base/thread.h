// Starts a thread, or says why the system refuses one.
#pragma once

#include <system_error>
#include <thread>

#include "framework/base/error.h"

namespace framework {

// Throws Error if the system gives this process no further thread. `purpose`: "decode images".
template <class... Work>
std::thread start_thread(const char* purpose, Work... work) {
    try {
        return std::thread(work...);
    } catch (const std::system_error& error) {
        throw Error(text("no thread can be started to ", purpose, ": ", error.code().message(),
                         "; end other programs, or raise the limit on threads"));
    }
}

}  // namespace framework

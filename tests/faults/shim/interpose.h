// How the library takes the place of a function that programs call.
#pragma once

#include <dlfcn.h>

namespace shim {

// The function of this name that programs would have called.
template <class Function>
Function next(Function& known, const char* name) {
    if (!known) known = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
    return known;
}

}  // namespace shim

// Defines the function that programs call by this name. REAL is the one they would have called.
#define INTERPOSE(result, name, parameters)                                                 \
    extern "C" [[gnu::visibility("default")]] result shim_##name parameters __asm__(#name); \
    extern "C" result shim_##name parameters
#define REAL(name)                       \
    [] {                                 \
        static decltype(&::name) known;  \
        return shim::next(known, #name); \
    }()

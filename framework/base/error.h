// Errors that are no fault of this program, one type for each kind. The text is one sentence: where it
// happened, what was expected, what was found, what the user can do. Only main() catches; libraries throw and
// print nothing.
#pragma once

#include <locale>
#include <sstream>
#include <stdexcept>
#include <string>

namespace framework {

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct ShapeError : Error {  // operands of an op do not fit together
    using Error::Error;
};
struct KernelError : Error {  // no kernel exists for an op, or one failed
    using Error::Error;
};
struct OutOfTierMemory : Error {  // a memory tier has less room than was asked for
    using Error::Error;
};
struct DataError : Error {  // a file or folder is missing, damaged, or of the wrong kind
    using Error::Error;
};
struct NonFiniteLoss : Error {  // training diverged
    using Error::Error;
};
struct UsageError : Error {  // the command line is wrong; main() exits with 2
    using Error::Error;
};

// A string stream that prints numbers the same under every locale. If memory is refused it throws; it does
// not cut the text short.
struct TextStream : std::ostringstream {
    TextStream() {
        imbue(std::locale::classic());
        exceptions(std::ios::badbit);
    }
};

// Prints the parts one after the other: text("conv1: w ", shape, " is empty").
template <class... Parts>
std::string text(const Parts&... parts) {
    TextStream out;
    (out << ... << parts);
    return out.str();
}

// Throws Kind with the parts as its text unless the condition holds.
template <class Kind, class... Parts>
void require(bool condition, const Parts&... parts) {
    if (!condition) throw Kind(text(parts...));
}

}  // namespace framework

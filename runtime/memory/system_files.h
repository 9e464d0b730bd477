// Numbers in files of /proc and /sys.
#pragma once

#include <optional>
#include <string>

#include "framework/base/units.h"

namespace runtime {

// The number behind the word `key`, in lines of "key number" or "key: number kB", in bytes. None where there
// is no such word, or no number that fits behind it.
std::optional<framework::Bytes> bytes_behind(const std::string& file, const std::string& key);

// The number that a file begins with; none where it begins with another word, such as "max".
std::optional<framework::Bytes> number_in(const std::string& file);

}  // namespace runtime

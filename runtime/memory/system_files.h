// Reads numbers from files of /proc and /sys.
#pragma once

#include <optional>
#include <string>

#include "framework/base/units.h"

namespace runtime {

// The number after the word `key`, from lines "key number" or "key: number kB", in bytes. Nothing if there is
// no such word, or no number that fits after it.
std::optional<framework::Bytes> bytes_behind(const std::string& file, const std::string& key);

// The number that a file begins with; nothing if it begins with another word, such as "max".
std::optional<framework::Bytes> number_in(const std::string& file);

}  // namespace runtime

// Fields of CSV files.
#pragma once

#include <string>

namespace experiments {

// The text in double quotes, after RFC 4180. Bytes that are not UTF-8 become U+FFFD.
std::string csv_field(const std::string& text);

}  // namespace experiments

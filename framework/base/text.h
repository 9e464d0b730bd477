// Text from outside, made fit to be stored and shown: names of files, fields of files, arguments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace framework {

// Makes `text` valid UTF-8, as JSON, CSV and pictures need it: each byte that belongs to no character becomes
// U+FFFD.
std::string utf8(std::string_view text);

// Makes `text` harmless on a terminal: control characters, characters that change the direction of writing,
// and bytes that are not UTF-8 appear as their codes.
std::string printable(std::string_view text);

// printable() in double quotes, at most `most` characters of it; "..." stands for the rest.
std::string in_quotes(std::string_view text, std::size_t most = 60);

// Makes one line that is safe to print from any text: printable(), words of more than 300 characters cut in
// the middle, at most 1000 characters in all.
std::string sentence(std::string_view text);

}  // namespace framework

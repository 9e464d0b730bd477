// Text from outside, made fit to be stored and shown: names of files, fields of files, arguments.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace framework {

// Valid UTF-8: each byte that belongs to no character becomes U+FFFD. JSON, CSV and pictures hold nothing
// else.
std::string utf8(std::string_view text);

// Harmless on a terminal: control characters, characters that change the direction of writing, and bytes that
// are no UTF-8 appear as their codes.
std::string printable(std::string_view text);

// printable() in double quotes, at most `most` characters of it; "..." stands for the rest.
std::string in_quotes(std::string_view text, std::size_t most = 60);

// One line that can be printed whatever it was made from: printable(), a word of more than 300 characters cut
// in its middle, 1000 characters at most.
std::string sentence(std::string_view text);

}  // namespace framework

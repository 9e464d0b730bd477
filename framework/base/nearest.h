// The known word that a misspelt one is probably meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace framework {

// How many edits turn one word into the other. An edit adds, drops or changes a letter, or swaps two
// neighbours that are not edited again (optimal string alignment).
std::size_t edits(std::string_view a, std::string_view b);

// The words, those with the fewest edits first.
std::vector<std::string> nearest_first(std::string_view word, std::vector<std::string> words);

// The nearest of the words, if at most a third of its letters must be edited; else an empty text.
std::string neighbour(std::string_view word, const std::vector<std::string>& words);

}  // namespace framework

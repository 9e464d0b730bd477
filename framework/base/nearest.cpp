#include "framework/base/nearest.h"

#include <algorithm>
#include <numeric>

namespace framework {

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> of(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) of[i][0] = i;
    std::iota(of[0].begin(), of[0].end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = of[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            of[i][j] = std::min({of[i - 1][j] + 1, of[i][j - 1] + 1, changed});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                of[i][j] = std::min(of[i][j], of[i - 2][j - 2] + 1);
        }
    }
    return of[a.size()][b.size()];
}

std::vector<std::string> nearest_first(std::string_view word, std::vector<std::string> words) {
    std::ranges::stable_sort(words, {}, [&](const std::string& known) { return edits(word, known); });
    return words;
}

std::string neighbour(std::string_view word, const std::vector<std::string>& words) {
    constexpr std::size_t longest = 100;  // no word of ours is longer
    if (words.empty() || word.size() > longest) return {};
    std::string nearest = nearest_first(word, words).front();
    return 3 * edits(word, nearest) <= nearest.size() ? nearest : std::string();
}

}  // namespace framework

#include "experiments/evaluate/confusion.h"

#include <algorithm>

#include "runtime/training/ranking.h"

namespace experiments::evaluate {

Confusion::Confusion(const runtime::TrainedNetwork& network)
    : network_(network), classes_(static_cast<std::size_t>(network.classes)) {}

void Confusion::add(int label, std::span<const float> logits) {
    ClassCount& own = classes_[static_cast<std::size_t>(label)];
    ++own.images;
    const std::vector<int> best = runtime::best_of(logits, 5);
    if (best.empty()) return;
    own.first += best.front() == label;
    own.fifth += std::ranges::find(best, label) != best.end();
    ++classes_[static_cast<std::size_t>(best.front())].answered;
    ++counts_[{label, best.front()}];
}

std::vector<int> Confusion::present() const {
    std::vector<int> found;
    for (int label = 0; label < std::ssize(classes_); ++label) {
        if ((*this)[label].images > 0 || (*this)[label].answered > 0) found.push_back(label);
    }
    return found;
}

std::int64_t Confusion::images(int label, int answer) const {
    const auto found = counts_.find({label, answer});
    return found == counts_.end() ? 0 : found->second;
}

std::vector<Mistake> Confusion::mistakes() const {
    std::vector<Mistake> found;
    for (const auto& [pair, images] : counts_) {
        if (pair.first != pair.second) found.push_back({pair.first, pair.second, images});
    }
    std::ranges::stable_sort(found, std::greater(), &Mistake::images);
    return found;
}

}  // namespace experiments::evaluate

#include "runtime/data/subset.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "framework/base/error.h"
#include "runtime/data/random.h"

namespace runtime::data {

namespace {

class Subset : public Dataset {
  public:
    Subset(DatasetPtr whole, std::vector<std::int64_t> samples)
        : whole_(std::move(whole)), samples_(std::move(samples)) {}

    std::int64_t count() const override { return static_cast<std::int64_t>(samples_.size()); }
    ImageShape shape() const override { return whole_->shape(); }
    const std::vector<std::string>& classes() const override { return whole_->classes(); }
    int label(std::int64_t sample) const override { return whole_->label(at(sample)); }
    void read(std::int64_t sample, std::uint8_t* image) const override { whole_->read(at(sample), image); }

  private:
    std::int64_t at(std::int64_t sample) const { return samples_[static_cast<std::size_t>(sample)]; }

    DatasetPtr whole_;
    std::vector<std::int64_t> samples_;  // by their numbers in the whole set
};

constexpr int stream = 0x5e7;  // apart from other draws by the same seed, such as a folder's test images

// How many of `count` images of a class are set aside.
std::size_t part_of(std::size_t count, double share) {
    if (count < 2) return 0;
    const auto part = static_cast<std::size_t>(std::lround(share * static_cast<double>(count)));
    return std::clamp<std::size_t>(part, 1, count - 1);
}

}  // namespace

Parts set_aside(const DatasetPtr& set, double share, std::uint64_t seed) {
    std::vector<std::vector<std::int64_t>> by_class(set->classes().size());
    for (std::int64_t sample = 0; sample < set->count(); ++sample)
        by_class[static_cast<std::size_t>(set->label(sample))].push_back(sample);
    std::vector<std::int64_t> rest, aside;
    for (std::size_t label = 0; label < by_class.size(); ++label) {
        std::vector<std::int64_t>& samples = by_class[label];
        Random random(seed, label, stream);
        const std::size_t part = part_of(samples.size(), share);
        for (std::size_t i = 0; i < part; ++i) {  // Fisher and Yates, as far as it is needed
            const auto left = static_cast<std::uint32_t>(samples.size() - i);
            std::swap(samples[i], samples[i + random.below(left)]);
        }
        const auto cut = samples.begin() + static_cast<std::ptrdiff_t>(part);
        aside.insert(aside.end(), samples.begin(), cut);
        rest.insert(rest.end(), cut, samples.end());
    }
    framework::require<framework::DataError>(
        !aside.empty(), "no class has two images, so none can be set aside for validation; give more images");
    std::ranges::sort(rest);
    std::ranges::sort(aside);
    return {std::make_shared<Subset>(set, std::move(rest)), std::make_shared<Subset>(set, std::move(aside))};
}

}  // namespace runtime::data

#include "runtime/data/synthetic.h"

#include <cstring>

#include "framework/base/error.h"
#include "runtime/data/random.h"

namespace runtime::data {

namespace {

class Synthetic : public Dataset {
  public:
    Synthetic(Split split, int side, int classes, std::uint64_t seed)
        : split_(split), shape_{3, side, side}, seed_(seed) {
        for (int c = 0; c < classes; ++c) classes_.push_back("class_" + std::to_string(c));
    }

    std::int64_t count() const override { return split_ == Split::train ? 65536 : 1024; }
    ImageShape shape() const override { return shape_; }
    const std::vector<std::string>& classes() const override { return classes_; }
    int label(std::int64_t sample) const override {
        return static_cast<int>(
            Random(seed_, split_, sample, 0).below(static_cast<std::uint32_t>(classes_.size())));
    }
    void read(std::int64_t sample, std::uint8_t* image) const override {
        Random random(seed_, split_, sample, 1);
        for (std::size_t at = 0; at < shape_.bytes(); at += 8) {
            const std::uint64_t word = random.next();
            std::memcpy(image + at, &word, std::min<std::size_t>(8, shape_.bytes() - at));
        }
    }

  private:
    Split split_;
    ImageShape shape_;
    std::uint64_t seed_;
    std::vector<std::string> classes_;
};

}  // namespace

DatasetPtr open_synthetic(Split split, const OpenOptions& options) {
    framework::require<framework::UsageError>(options.classes > 0, "synthetic data of ", options.classes,
                                              " classes; give at least one");
    const int side = options.image_size == 0 ? 32 : options.image_size;
    return std::make_shared<Synthetic>(split, side, options.classes, options.seed);
}

}  // namespace runtime::data

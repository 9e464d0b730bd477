#include "runtime/data/batcher.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "runtime/data/shapes.h"

using namespace runtime::data;

namespace {

struct Batch {
    std::vector<float> images;
    std::vector<std::int32_t> labels;
    int valid = 0;
    bool operator==(const Batch&) const = default;
};

Batch next(Batcher& batcher, int size) {
    Batch batch{std::vector<float>(static_cast<std::size_t>(size) * batcher.image_shape().bytes(), -1.0f),
                std::vector<std::int32_t>(static_cast<std::size_t>(size), -1)};
    batch.valid = batcher.next(batch.images, batch.labels);
    return batch;
}

// 1x1 images whose only pixel is the sample's number, labelled alike.
DatasetPtr numbered(int count) {
    std::vector<std::uint8_t> numbers(static_cast<std::size_t>(count));
    std::iota(numbers.begin(), numbers.end(), std::uint8_t{0});
    return in_memory({1, 1, 1}, std::vector<std::string>(256, "n"), numbers, numbers);
}

const TransformOptions augmented{.crop = 16, .padding = 2, .random = true, .flip = true, .mean = {0.5f}};

// Fails to read from a sample on, as a damaged file would.
class Failing : public Dataset {
  public:
    std::int64_t count() const override { return 40; }
    ImageShape shape() const override { return {1, 1, 1}; }
    const std::vector<std::string>& classes() const override { return classes_; }
    int label(std::int64_t) const override { return 0; }
    void read(std::int64_t sample, std::uint8_t* image) const override {
        framework::require<framework::DataError>(sample < 25, "sample 25 is damaged");
        *image = 1;
    }

  private:
    std::vector<std::string> classes_{"a"};
};

}  // namespace

TEST_CASE("batcher: the same seed gives the same batches, another seed others") {
    const DatasetPtr shapes = draw_shapes({.count = 50, .shape = {3, 16, 16}});
    const BatchOptions options{.batch = 8, .seed = 3, .transform = augmented};
    BatchOptions other = options;
    other.seed = 4;
    Batcher a(shapes, options), b(shapes, options), c(shapes, other);
    bool all_equal = true;
    for (int i = 0; i < 20; ++i) {
        const Batch batch = next(a, 8);
        CHECK(batch == next(b, 8));
        all_equal = all_equal && batch == next(c, 8);
    }
    CHECK(!all_equal);
}

TEST_CASE("batcher: started at any number, it goes on as if it had never stopped") {
    const DatasetPtr shapes = draw_shapes({.count = 50, .shape = {3, 16, 16}});
    const BatchOptions options{.batch = 8, .seed = 3, .transform = augmented};
    Batcher whole(shapes, options);
    REQUIRE(whole.batches_per_epoch() == 6);
    std::vector<Batch> batches;
    for (int i = 0; i < 20; ++i) batches.push_back(next(whole, 8));
    for (const int first : {1, 5, 6, 7, 13}) {
        CAPTURE(first);
        Batcher resumed(shapes, options, first);
        for (std::size_t i = static_cast<std::size_t>(first); i < 20; ++i)
            CHECK(next(resumed, 8) == batches[i]);
    }
}

TEST_CASE("batcher: an epoch holds no sample twice, and its order changes with the epoch") {
    Batcher batcher(numbered(100), {.batch = 9, .seed = 1});
    REQUIRE(batcher.batches_per_epoch() == 11);
    std::vector<std::vector<std::int32_t>> epochs(3);
    for (auto& epoch : epochs) {
        for (int i = 0; i < 11; ++i) {
            const Batch batch = next(batcher, 9);
            CHECK(batch.valid == 9);
            for (std::size_t n = 0; n < 9; ++n) {
                CHECK(batch.images[n] == doctest::Approx(static_cast<float>(batch.labels[n]) / 255.0f));
            }
            epoch.insert(epoch.end(), batch.labels.begin(), batch.labels.end());
        }
        CHECK(std::set<std::int32_t>(epoch.begin(), epoch.end()).size() == 99);
    }
    CHECK(epochs[0] != epochs[1]);
    CHECK(epochs[1] != epochs[2]);
}

TEST_CASE("batcher: in sequential order the last batch is filled up and the next pass starts over") {
    Batcher batcher(numbered(10), {.batch = 4, .order = Order::sequential});
    REQUIRE(batcher.batches_per_epoch() == 3);
    for (int pass = 0; pass < 2; ++pass) {
        CHECK(next(batcher, 4).labels == std::vector<std::int32_t>{0, 1, 2, 3});
        CHECK(next(batcher, 4).labels == std::vector<std::int32_t>{4, 5, 6, 7});
        const Batch last = next(batcher, 4);
        CHECK(last.valid == 2);
        CHECK(last.labels == std::vector<std::int32_t>{8, 9, 0, 0});
        CHECK(last.images[2] == 0.0f);
    }
}

TEST_CASE("batcher: what the thread throws comes out of next(), after the batches before it") {
    Batcher batcher(std::make_shared<Failing>(), {.batch = 10, .order = Order::sequential, .ahead = 4});
    CHECK(next(batcher, 10).valid == 10);
    CHECK(next(batcher, 10).valid == 10);
    for (int again = 0; again < 2; ++again) CHECK_THROWS_AS(next(batcher, 10), framework::DataError);
}

TEST_CASE("batcher: it can be dropped at any moment") {
    for (int taken = 0; taken < 5; ++taken) {
        Batcher batcher(numbered(100), {.batch = 10, .ahead = 1});
        for (int i = 0; i < taken; ++i) next(batcher, 10);
    }
}

TEST_CASE("batcher: a batch larger than the set is refused, as is one of nothing") {
    CHECK_THROWS_WITH_AS(
        Batcher(numbered(10), {.batch = 11}),
        "the data set has 10 images, which do not fill one batch of 11; give a smaller batch or "
        "more images",
        framework::DataError);
    CHECK_THROWS_AS(Batcher(numbered(10), {.batch = 0}), framework::UsageError);
}

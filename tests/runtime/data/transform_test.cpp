#include "runtime/data/transform.h"

#include <algorithm>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "runtime/data/random.h"

using namespace runtime::data;

namespace {

std::vector<std::uint8_t> counting(ImageShape shape) {  // never 0, which is padding
    std::vector<std::uint8_t> image(shape.bytes());
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(1 + i % 255);
    return image;
}

// The crop at (top, left) of the unpadded image, by plain loops.
std::vector<std::uint8_t> plain_crop(const std::vector<std::uint8_t>& image, ImageShape in, ImageShape out,
                                     int top, int left, bool flipped) {
    std::vector<std::uint8_t> result;
    for (int c = 0; c < out.channels; ++c) {
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                const int row = top + y, column = left + (flipped ? out.width - 1 - x : x);
                const bool inside = row >= 0 && row < in.height && column >= 0 && column < in.width;
                result.push_back(inside ? image[(c * in.height + row) * in.width + column] : 0);
            }
        }
    }
    return result;
}

std::vector<std::uint8_t> crop(const Transform& transform, const std::vector<std::uint8_t>& image,
                               std::uint64_t seed, std::int64_t epoch, std::int64_t sample) {
    std::vector<std::uint8_t> out(transform.cropped().bytes(), 99);
    transform.crop(image.data(), out.data(), seed, epoch, sample);
    return out;
}

}  // namespace

TEST_CASE("transform: the centre crop is in the centre") {
    const ImageShape in{3, 8, 10};
    const auto image = counting(in);
    const Transform transform(in, {.crop = 4});
    CHECK(crop(transform, image, 0, 0, 0) == plain_crop(image, in, {3, 4, 4}, 2, 3, false));
    CHECK(crop(Transform(in, {}), image, 0, 0, 0) == image);
}

TEST_CASE("transform: every random crop is one of the padded image, and every one comes up") {
    const ImageShape in{2, 6, 6}, out{2, 6, 6};
    const auto image = counting(in);
    const Transform transform(in, {.crop = 6, .padding = 2, .random = true, .flip = true});
    std::vector<std::vector<std::uint8_t>> possible;
    for (int top = -2; top <= 2; ++top) {
        for (int left = -2; left <= 2; ++left) {
            for (const bool flipped : {false, true}) {
                possible.push_back(plain_crop(image, in, out, top, left, flipped));
            }
        }
    }
    std::set<std::size_t> seen;
    for (std::int64_t sample = 0; sample < 1000; ++sample) {
        const auto found = std::find(possible.begin(), possible.end(), crop(transform, image, 1, 0, sample));
        REQUIRE(found != possible.end());
        seen.insert(static_cast<std::size_t>(found - possible.begin()));
    }
    CHECK(seen.size() == possible.size());
}

TEST_CASE("transform: what is random depends on seed, epoch and sample, and on nothing else") {
    const ImageShape in{1, 32, 32};
    const auto image = counting(in);
    const Transform transform(in, {.crop = 24, .padding = 4, .random = true, .flip = true});
    const auto once = crop(transform, image, 5, 2, 17);
    crop(transform, image, 5, 2, 18);
    CHECK(crop(transform, image, 5, 2, 17) == once);
    CHECK(crop(transform, image, 6, 2, 17) != once);
    CHECK(crop(transform, image, 5, 3, 17) != once);
    CHECK(crop(transform, image, 5, 2, 18) != once);
}

TEST_CASE("transform: normalised values match a plain loop, gray repeated to three channels") {
    const ImageShape in{1, 5, 7};
    const auto image = counting(in);
    const Transform transform(in, {.channels = 3, .mean = {0.1f, 0.5f, 0.9f}, .deviation = {0.25f}});
    REQUIRE(transform.output() == ImageShape{3, 5, 7});
    std::vector<float> out(transform.output().bytes());
    transform.normalise(image.data(), out.data());
    const float mean[]{0.1f, 0.5f, 0.9f};
    for (std::size_t i = 0; i < out.size(); ++i) {
        CHECK(out[i] == doctest::Approx((static_cast<float>(image[i % 35]) / 255.0f - mean[i / 35]) / 0.25f));
    }
}

TEST_CASE("transform: an image normalised by itself has mean 0 in each channel and deviation 1 over all") {
    const ImageShape in{3, 6, 7};
    Random random(3);
    std::vector<std::uint8_t> image(in.bytes());
    for (std::size_t i = 0; i < image.size(); ++i) {
        image[i] = static_cast<std::uint8_t>(40 * (i / in.area()) + random.below(80));
    }
    const Transform transform(in, {.mean = {0.5f}, .deviation = {0.1f}, .per_image = true});
    std::vector<float> out(image.size());
    transform.normalise(image.data(), out.data());
    double squares = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (std::size_t i = c * in.area(); i < (c + 1) * in.area(); ++i) {
            sum += out[i];
            squares += static_cast<double>(out[i]) * out[i];
        }
        CHECK(sum == doctest::Approx(0).scale(1).epsilon(1e-3));
    }
    CHECK(squares / static_cast<double>(out.size()) == doctest::Approx(1).epsilon(1e-4));
    CHECK(out[1] - out[0] ==
          doctest::Approx((image[1] - image[0]) * (out[2] - out[0]) / (image[2] - image[0])));

    std::fill(image.begin(), image.end(), std::uint8_t{7});  // of one colour: nothing to divide by
    transform.normalise(image.data(), out.data());
    CHECK(std::all_of(out.begin(), out.end(), [](float value) { return value == 0; }));
}

TEST_CASE("transform: options that fit no image are refused") {
    const ImageShape in{3, 8, 8};
    CHECK_THROWS_AS(Transform(in, {.crop = 9}), framework::UsageError);
    CHECK_THROWS_AS(Transform(in, {.channels = 1}), framework::UsageError);
    CHECK_THROWS_AS(Transform(in, {.mean = {0.5f, 0.5f}}), framework::UsageError);
    CHECK_THROWS_AS(Transform(in, {.padding = -1}), framework::UsageError);
    CHECK_NOTHROW(Transform(in, {.crop = 12, .padding = 2}));
}

TEST_CASE("random: numbers stay within their bounds and keys change them") {
    Random random(1, 2, 3);
    for (int i = 0; i < 1000; ++i) {
        CHECK(random.below(7) < 7);
        const float unit = random.unit();
        CHECK((unit >= 0.0f && unit < 1.0f));
    }
    CHECK(Random(1, 2).next() == Random(1, 2).next());
    CHECK(Random(1, 2).next() != Random(2, 1).next());
    CHECK(Random(0).next() != Random(0, 0).next());
}

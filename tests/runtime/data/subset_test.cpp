#include "runtime/data/subset.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "framework/base/error.h"

using namespace runtime::data;

namespace {

// 1x1 images whose only pixel is the sample's number.
DatasetPtr numbered(const std::vector<std::uint8_t>& labels) {
    std::vector<std::uint8_t> numbers(labels.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::uint8_t>(i);
    return in_memory({1, 1, 1}, {"a", "b", "c"}, labels, numbers);
}

// The pixels of all images, which are their numbers in the whole set.
std::vector<int> numbers_of(const DatasetPtr& part) {
    std::vector<int> numbers;
    for (std::int64_t i = 0; i < part->count(); ++i) {
        std::uint8_t pixel = 0;
        part->read(i, &pixel);
        numbers.push_back(pixel);
    }
    return numbers;
}

}  // namespace

TEST_CASE("subset: a share of each class is set aside, and every image is in one part, in the old order") {
    std::vector<std::uint8_t> labels;
    for (int i = 0; i < 100; ++i) labels.push_back(i % 10 == 0 ? 1 : i % 50 == 7 ? 2 : 0);  // 10 b, 2 c, 88 a
    const DatasetPtr whole = numbered(labels);
    const Parts parts = set_aside(whole, 0.2, 5);
    std::map<int, int> aside;
    for (std::int64_t i = 0; i < parts.aside->count(); ++i) ++aside[parts.aside->label(i)];
    CHECK(aside == std::map<int, int>{{0, 18}, {1, 2}, {2, 1}});  // of c one, though a fifth is less
    std::vector<int> all;
    for (const DatasetPtr& part : {parts.rest, parts.aside}) {
        const std::vector<int> numbers = numbers_of(part);
        CHECK(std::ranges::is_sorted(numbers));
        for (std::int64_t i = 0; i < part->count(); ++i)
            CHECK(part->label(i) == labels[static_cast<std::size_t>(numbers[static_cast<std::size_t>(i)])]);
        all.insert(all.end(), numbers.begin(), numbers.end());
        CHECK(part->classes() == whole->classes());
        CHECK(part->shape() == whole->shape());
    }
    std::ranges::sort(all);
    CHECK(all == numbers_of(whole));

    CHECK(numbers_of(set_aside(whole, 0.2, 5).aside) == numbers_of(parts.aside));
    CHECK(numbers_of(set_aside(whole, 0.2, 6).aside) != numbers_of(parts.aside));
}

TEST_CASE("subset: each class keeps an image to train on, and without a pair nothing can be set aside") {
    const Parts most = set_aside(numbered({0, 0, 1, 1, 2}), 0.99, 0);
    CHECK(most.rest->count() == 3);
    CHECK(most.aside->count() == 2);
    CHECK_THROWS_AS(set_aside(numbered({0, 1, 2}), 0.5, 0), framework::DataError);
}

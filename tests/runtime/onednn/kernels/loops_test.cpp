#include "runtime/onednn/kernels/loops/loops.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/array.h"

using namespace runtime;
using support::Array;
using support::Arrays;

namespace {

constexpr std::int64_t counts[] = {1, 3, 7, 8, 15, 16, 17, 31, 49, 63, 64, 65, 100, 784, 20001};

// The values of an array, `shift` floats behind a multiple of 64 bytes.
class Floats {
  public:
    Floats(const Array& array, std::int64_t shift)
        : bytes_((array.values.size() + static_cast<std::size_t>(shift)) * sizeof(float), 0),
          begin_(reinterpret_cast<float*>(bytes_.data()) + shift),
          size_(array.values.size()) {
        std::copy(array.values.begin(), array.values.end(), begin_);
    }
    float* data() const { return begin_; }
    Array values() const {
        CHECK(bytes_.ends_untouched());
        return {{{static_cast<std::int64_t>(size_)}}, {begin_, begin_ + size_}};
    }

  private:
    support::AlignedBytes bytes_;
    float* begin_;
    std::size_t size_;
};

Array floats_of(const std::vector<double>& sums) {
    return {{{static_cast<std::int64_t>(sums.size())}}, {sums.begin(), sums.end()}};
}

// The results of all loops over groups of channels: samples have five floats between them that are of no run.
Arrays group_loops(const Loops& variant, std::int64_t count, bool relu, std::int64_t shift) {
    const Runs runs{3, count + 5, count};
    const auto operand = [&](unsigned seed) {
        return Floats(support::normal({3 * runs.stride}, seed, 0.2F), shift);
    };
    const auto lanes = [&](unsigned seed) { return Floats(support::normal({16}, seed), shift); };
    const Floats x = operand(1), dy = operand(2), y = operand(3), dx = operand(4);
    const Floats a = lanes(5), b = lanes(6), centre = lanes(7), p = lanes(8), q = lanes(9), r = lanes(10);
    std::vector<double> sum(16), square(16), passed(16), product(16);
    variant.moments(runs, x.data(), centre.data(), sum.data(), square.data());
    variant.gradient_sums(runs, x.data(), dy.data(), a.data(), b.data(), relu, centre.data(), passed.data(),
                          product.data());
    variant.normalize(runs, x.data(), a.data(), b.data(), relu, y.data());
    variant.gradient(runs, x.data(), dy.data(), a.data(), b.data(), relu, p.data(), q.data(), r.data(),
                     dx.data());
    return {floats_of(sum),     floats_of(square), floats_of(passed),
            floats_of(product), y.values(),        dx.values()};
}

Arrays sgd(const Loops& variant, std::int64_t count, const SgdStep& step) {
    const auto operand = [&](unsigned seed) { return Floats(support::normal({count}, seed), 0); };
    const Floats dw = operand(1), w = operand(2), v = operand(3);
    variant.sgd(count, step, dw.data(), w.data(), step.momentum == 0 ? nullptr : v.data());
    return {w.values(), v.values()};
}

void check_close(const Arrays& results, const Arrays& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(i);
        CHECK(support::difference(results[i], expected[i]) < 2e-6);
    }
}

bool equal_bits(const Arrays& a, const Arrays& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Array& x, const Array& y) { return x.values == y.values; });
}

}  // namespace

TEST_CASE("loops: the plain variant runs everywhere, and the widest that the processor has is used") {
    const auto available = available_loops();
    REQUIRE(!available.empty());
    CHECK(available.front()->name == std::string("x86-64"));
    CHECK(available.back() == &loops());
}

TEST_CASE("loops: every variant gives the plain one's results to rounding, for runs of any length") {
    const Loops& plain = *available_loops().front();
    for (const Loops* variant : available_loops()) {
        CAPTURE(variant->name);
        for (const std::int64_t count : counts) {
            CAPTURE(count);
            for (const bool relu : {false, true}) {
                CAPTURE(relu);
                check_close(group_loops(*variant, count, relu, 0), group_loops(plain, count, relu, 0));
            }
            for (const SgdStep& step : {SgdStep{0.1F, 0, 0, false}, SgdStep{0.1F, 0, 0.1F, false},
                                        SgdStep{0.1F, 0.9F, 0.1F, false}, SgdStep{0.1F, 0.9F, 0.1F, true}}) {
                check_close(sgd(*variant, count, step), sgd(plain, count, step));
            }
        }
    }
}

TEST_CASE("loops: the plain variant's sums and results are those of loops in double precision") {
    const Loops& plain = *available_loops().front();
    for (const std::int64_t count : counts) {
        CAPTURE(count);
        const Runs runs{2, count + 3, count};
        const Array x = support::normal({2 * runs.stride}, 1), lanes = support::normal({16}, 2);
        std::vector<double> sum(16), square(16), expected_sum(16), expected_square(16);
        plain.moments(runs, x.values.data(), lanes.values.data(), sum.data(), square.data());
        for (std::int64_t i = 0; i < 2 * count; ++i) {
            const auto lane = static_cast<std::size_t>(i % count % 16);
            const double d = static_cast<double>(x.values[i / count * runs.stride + i % count]) -
                             static_cast<double>(lanes.values[lane]);
            expected_sum[lane] += d;
            expected_square[lane] += d * d;
        }
        check_close({floats_of(sum), floats_of(square)},
                    {floats_of(expected_sum), floats_of(expected_square)});
    }
}

TEST_CASE("loops: a variant's results are the same bits wherever its operands lie") {
    for (const Loops* variant : available_loops()) {
        CAPTURE(variant->name);
        for (const std::int64_t count : counts) {
            CAPTURE(count);
            const Arrays expected = group_loops(*variant, count, true, 0);
            for (const std::int64_t shift : {1, 3, 4, 8, 13}) {
                CAPTURE(shift);
                CHECK(equal_bits(group_loops(*variant, count, true, shift), expected));
            }
        }
    }
}

TEST_CASE("loops: a run's results do not depend on the other runs, and floats between runs stay") {
    for (const Loops* variant : available_loops()) {
        CAPTURE(variant->name);
        const std::int64_t count = 49, stride = 60;
        const Array x = support::normal({2 * stride}, 1), a = support::normal({16}, 2),
                    b = support::normal({16}, 3);
        std::vector<float> both(120, 7), single(120, 7);
        variant->normalize({2, stride, count}, x.values.data(), a.values.data(), b.values.data(), true,
                           both.data());
        for (const std::int64_t start : {std::int64_t{0}, stride}) {
            variant->normalize({1, stride, count}, x.values.data() + start, a.values.data(), b.values.data(),
                               true, single.data() + start);
        }
        CHECK(both == single);
        CHECK(std::count(both.begin(), both.end(), 7.0F) == 2 * (stride - count));
    }
}

TEST_CASE("loops: results may be written over operands") {
    for (const Loops* variant : available_loops()) {
        CAPTURE(variant->name);
        for (const std::int64_t count : counts) {
            CAPTURE(count);
            const Runs runs{1, count, count};
            const Array x = support::normal({count}, 1), dy = support::normal({count}, 2),
                        a = support::normal({16}, 3);
            const float* c = a.values.data();
            std::vector<float> y(x.values), dx(dy.values), expected(x.values.size());
            variant->normalize(runs, x.values.data(), c, c, true, expected.data());
            variant->normalize(runs, y.data(), c, c, true, y.data());
            CHECK(y == expected);
            variant->gradient(runs, x.values.data(), dy.values.data(), c, c, true, c, c, c, expected.data());
            variant->gradient(runs, x.values.data(), dx.data(), c, c, true, c, c, c, dx.data());
            CHECK(dx == expected);
        }
    }
}

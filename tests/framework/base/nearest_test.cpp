#include "framework/base/nearest.h"

#include <doctest/doctest.h>

TEST_CASE("nearest: letters added, dropped, changed or swapped are edits") {
    CHECK(framework::edits("", "") == 0);
    CHECK(framework::edits("", "abc") == 3);
    CHECK(framework::edits("kitten", "sitting") == 3);
    CHECK(framework::edits("saturday", "sunday") == 3);
    CHECK(framework::edits("--batch", "--bacth") == 1);
    CHECK(framework::edits("ca", "abc") == 3);
    CHECK(framework::edits("ab", "ba") == 1);
}

TEST_CASE("nearest: a misspelt word has a neighbour, a strange one has none") {
    const std::vector<std::string> flags{"--batch", "--iterations", "--dram", "--data"};
    CHECK(framework::neighbour("--itertions", flags) == "--iterations");
    CHECK(framework::neighbour("--drm", flags) == "--dram");
    CHECK(framework::neighbour("--frobnicate", flags).empty());
    CHECK(framework::neighbour(std::string(100000, '-'), flags).empty());
    CHECK(framework::neighbour("--batch", {}).empty());
    CHECK(framework::nearest_first("--dat", flags).front() == "--data");
}

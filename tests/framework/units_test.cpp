#include "framework/units.h"

#include <doctest/doctest.h>

#include "framework/error.h"

using namespace framework;
using namespace framework::literals;

TEST_CASE("units: sizes print with three significant digits and read back") {
    CHECK(print_bytes(0) == "0 B");
    CHECK(print_bytes(196_MiB) == "196 MiB");
    CHECK(print_bytes(4_GiB) == "4.00 GiB");
    CHECK(parse_bytes("6GiB", "--dram") == 6_GiB);
    CHECK(parse_bytes("200MB", "--dram") == 200'000'000);
    CHECK(parse_bytes("1.5e9", "--dram") == 1'500'000'000);
    for (const char* bad : {"", "GiB", "-1GiB", "6 Gib", "nan", "1e300"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_bytes(bad, "--dram"), UsageError);
    }
}

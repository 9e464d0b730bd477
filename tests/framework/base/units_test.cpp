#include "framework/base/units.h"

#include <doctest/doctest.h>

#include "framework/base/error.h"

using namespace framework;
using namespace framework::literals;

TEST_CASE("units: sizes print with three significant digits and read back") {
    CHECK(print_bytes(0) == "0 B");
    CHECK(print_bytes(196_MiB) == "196 MiB");
    CHECK(print_bytes(4_GiB) == "4.00 GiB");
    CHECK(parse_bytes("6GiB", "--dram") == 6_GiB);
    CHECK(parse_bytes("200MB", "--dram") == 200'000'000);
    CHECK(parse_bytes("1.5e9", "--dram") == 1'500'000'000);
    CHECK(parse_bytes("1e18", "--dram") == 1'000'000'000'000'000'000);
    for (const char* bad : {"", "GiB", "-1GiB", "6 Gib", "6 GiB", " 6GiB", "+6GiB", "0x6GiB", "nan", "nanGiB",
                            "infGiB", "1e300", "1.1e18", "2000000TB", "99999999999999999999", "6EiB"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_bytes(bad, "--dram"), UsageError);
    }
    CHECK_THROWS_WITH_AS(
        parse_bytes("1e300", "--dram"),
        "--dram: \"1e300\" is not a size from 0 to 1e18 bytes; write it as 6GiB, 512MiB or 200MB",
        UsageError);
}

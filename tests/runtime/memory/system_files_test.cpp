#include "runtime/memory/system_files.h"

#include <doctest/doctest.h>

#include "tests/support/temporary_folder.h"

using runtime::bytes_behind;
using runtime::number_in;

TEST_CASE("system files: the number behind a word, kB in bytes") {
    const TemporaryFolder folder;
    const auto file = folder / "meminfo";
    write_text(file, "MemTotal:  4096 kB\nMemFree:     3 kB\nanon 12345\nlast 7");
    CHECK(bytes_behind(file, "MemFree") == 3 * 1024);
    CHECK(bytes_behind(file, "anon") == 12345);
    CHECK(bytes_behind(file, "last") == 7);
    CHECK(bytes_behind(file, "MemAvailable") == std::nullopt);
    CHECK(bytes_behind(folder / "none", "MemFree") == std::nullopt);
    write_text(file, "Node 0 MemFree:  123 kB\n");
    CHECK(bytes_behind(file, "MemFree") == 123 * 1024);
}

TEST_CASE("system files: what is no number, or does not fit, is none") {
    const TemporaryFolder folder;
    const auto file = folder / "number";
    for (const char* none : {"", "max\n", "-1\n", "99999999999999999999\n", "12kB\n", "0x10\n"}) {
        CAPTURE(none);
        write_text(file, none);
        CHECK(number_in(file) == std::nullopt);
        write_text(file, std::string("key ") + none);
        CHECK(bytes_behind(file, "key") == std::nullopt);
    }
    write_text(file, "9223372036854771712\n");  // a cgroup of version 1 without a limit
    CHECK(number_in(file) == 9223372036854771712);
    write_text(file, "MemFree: 9223372036854771712 kB\n");
    CHECK(bytes_behind(file, "MemFree") == std::nullopt);
}

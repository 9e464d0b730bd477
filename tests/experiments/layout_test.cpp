#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include <doctest/doctest.h>

#include "experiments/layout/buffers.h"
#include "framework/base/error.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

using namespace experiments;
using framework::Bytes;
using support::Finished;
using support::run_program;

namespace {

struct Files {
    TemporaryFolder folder;

    std::string write(const std::string& name, const std::string& content) const {
        std::string path = (folder.path() / name).string();
        std::ofstream(path) << content;
        return path;
    }
    std::string refusal(const std::string& content) const {
        try {
            read_buffers(write("refused.csv", content));
        } catch (const framework::DataError& error) {
            return std::string(error.what()).substr((folder.path() / "refused.csv").string().size());
        }
        return {};
    }
};

std::string read(const std::string& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("layout: buffers get addresses within the capacity, and the file comes back with them") {
    const Files files;
    const std::string in =
        files.write("in.csv", "size,id,upper,lower\n4,a,3,0\n4,b,9,3\n4,c,9,0\n4,d,12,9\n");
    const std::string out = (files.folder.path() / "out.csv").string();
    const Finished run = run_program("layout", {in, "--capacity", "8", "--out", out});
    CHECK_MESSAGE(run.exit_code == 0, run.err);
    CHECK(run.out.starts_with("4 buffers in 8 of 8 bytes"));
    const std::string table = read(out);
    CHECK(table.starts_with("size,id,upper,lower,offset\n4,a,3,0,"));
    CHECK(std::ranges::count(table, '\n') == 5);
}

TEST_CASE("layout: a capacity that is too small is refused with exit code 1") {
    const Files files;
    const std::string in = files.write("in.csv", "id,lower,upper,size\na,0,3,4\nb,2,9,4\n");
    const Finished run = run_program("layout", {in, "--capacity", "7"});
    CHECK(run.exit_code == 1);
    CHECK(run.err.find("no layout of at most 7 bytes") != std::string::npos);
    CHECK(run.err.find("more bytes are live") != std::string::npos);
    CHECK(run_program("layout", {in, "--capacity", "7x"}).exit_code == 2);
    CHECK(run_program("layout", {in}).exit_code == 2);
}

TEST_CASE("layout: random buffers with alignments fit where there is some room to spare") {
    std::mt19937 random(1);
    for (int i = 0; i < 5; ++i) {
        CAPTURE(i);
        std::ostringstream csv;
        csv << "id,lower,upper,size,alignment\n";
        std::vector<Bytes> load(120, 0);
        for (int b = 0; b < 100; ++b) {
            const int lower = static_cast<int>(random() % 100),
                      upper = lower + 1 + static_cast<int>(random() % 20);
            const Bytes size = 1 + static_cast<Bytes>(random() % 500), alignment = Bytes{1} << random() % 4;
            csv << 'b' << b << ',' << lower << ',' << upper << ',' << size << ',' << alignment << '\n';
            for (int t = lower; t < upper; ++t) load[t] += (size + 7) / 8 * 8;
        }
        const Files files;
        const Bytes capacity = std::ranges::max(load) * 21 / 20;
        const Finished run =
            run_program("layout", {files.write("in.csv", csv.str()), "--capacity", std::to_string(capacity)});
        CHECK_MESSAGE(run.exit_code == 0, run.err);
    }
}

TEST_CASE("layout: the judge finds what is wrong with addresses") {
    const std::vector<Buffer> buffers{
        {.id = "a", .lower = 0, .upper = 5, .size = 8, .alignment = 4, .gaps = {}},
        {.id = "b", .lower = 4, .upper = 9, .size = 8, .alignment = 1, .gaps = {}}};
    CHECK(fault_of(buffers, {0, 8}, 16).empty());
    CHECK(fault_of(buffers, {8, 0}, 16).empty());
    CHECK(fault_of(buffers, {0, 9}, 16) == "the buffer b at 9 leaves the capacity of 16");
    CHECK(fault_of(buffers, {-4, 8}, 16) == "the buffer a at -4 leaves the capacity of 16");
    CHECK(fault_of(buffers, {2, 10}, 20) == "the buffer a at 2 is not aligned to 4");
    CHECK(fault_of(buffers, {0, 7}, 16) == "the buffers a and b share a byte at time 4");
    std::vector<Buffer> with_gap = buffers;
    with_gap[0].gaps = {{4, 5, 0, 0}};
    CHECK(fault_of(with_gap, {0, 7}, 16).empty());
    with_gap[0].gaps = {{4, 5, 0, 4}};
    CHECK(fault_of(with_gap, {0, 4}, 16).empty());
    CHECK(fault_of(with_gap, {0, 3}, 16) == "the buffers a and b share a byte at time 4");
}

TEST_CASE("layout: a file that is not of this form is refused with its line") {
    const Files files;
    CHECK(files.refusal("") == ": it is empty; its first line names the columns");
    CHECK(files.refusal("id,lower,upper\n") == ", line 1: the column size is missing");
    CHECK(files.refusal("id,lower,upper,size,size\n") == ", line 1: the column size is there twice");
    CHECK(files.refusal("id,lower,upper,size,color\n") ==
          ", line 1: there is no column \"color\"; the columns are id, lower, upper, size, alignment, hint, "
          "gaps");
    CHECK(files.refusal("id,lower,upper,size\na,0,3\n") ==
          ", line 2: there are 3 fields, and the header has 4 columns");
    CHECK(files.refusal("id,lower,upper,size\n\na,3,3,1\n") ==
          ", line 3: the buffer \"a\" ends before it begins");
    CHECK(files.refusal("id,lower,upper,size\na,0,3,4.5\n") ==
          ", line 2: size \"4.5\" is not a whole number from 1 to 1125899906842624");
    CHECK(files.refusal("id,lower,upper,size,gaps\na,0,9,4,7-3\n") ==
          ", line 2: the gap \"7-3\" ends before it begins");
    CHECK(files.refusal("id,lower,upper,size,gaps\na,0,9,4,2-5 4-6\n") == ", line 2: two gaps overlap");
    CHECK(files.refusal("id,lower,upper,size,gaps\na,0,9,4,2-5@1\n") ==
          ", line 2: the gap \"2-5@1\" is not lower-upper or lower-upper@first:last");
}

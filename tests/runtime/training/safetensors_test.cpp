#include "runtime/training/safetensors.h"

#include <array>
#include <cstring>
#include <vector>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "tests/support/temporary_folder.h"

using namespace runtime;
using framework::DataError;
namespace fs = std::filesystem;

namespace {

const std::vector<float> weights{1.0f, -2.5f, 3.25f, 0.0f, 1e-30f, 7.0f};
const std::vector<std::int64_t> step{42};
const std::vector<std::uint8_t> flags{1, 2, 3};

std::vector<StoredTensor> sample() {
    return {{"flags", Dtype::u8, {3}, flags.data()},
            {"conv1.w", Dtype::f32, {2, 3}, weights.data()},
            {"step", Dtype::i64, {}, step.data()},
            {"none", Dtype::f32, {0, 4}, nullptr}};
}

// A file with this header before `arrays` bytes.
void write_raw(const fs::path& path, const std::string& header, std::size_t arrays) {
    const std::uint64_t length = header.size();
    std::string content(8, '\0');
    std::memcpy(content.data(), &length, 8);
    write_text(path, content + header + std::string(arrays, 'x'));
}

std::size_t entries_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// No file may grow past this while it lives: a full disk, as far as write() can tell.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) {
        handler_ = signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("safetensors: what is written is read back, each array aligned to its type") {
    const TemporaryFolder folder;
    const StoredMetadata metadata{{"iteration", "17"}, {"model", "resnet \"18\" é"}};
    write_safetensors(folder / "a.safetensors", sample(), metadata);
    const Safetensors read(folder / "a.safetensors");
    CHECK(read.metadata() == metadata);
    CHECK(read.tensors().size() == 4);
    for (const StoredTensor& wanted : sample()) {
        const StoredTensor& got = read.at(wanted.name, wanted.dtype, wanted.shape);
        REQUIRE(got.bytes() == wanted.bytes());
        if (got.bytes() > 0) CHECK(std::memcmp(got.data, wanted.data, got.bytes()) == 0);
        CHECK(reinterpret_cast<std::uintptr_t>(got.data) % bytes(got.dtype) == 0);
    }
    CHECK(read.contains("step"));
    CHECK(!read.contains("steps"));
    CHECK_MENTIONS(complaint([&] { read.at("steps"); }), "a.safetensors", "steps");
    const std::array<std::int64_t, 1> six{6};
    CHECK_MENTIONS(complaint([&] { read.at("conv1.w", Dtype::f32, six); }), "conv1.w", "F32 [2, 3]",
                   "F32 [6]");
}

TEST_CASE("safetensors: the bytes are those of the format") {
    const TemporaryFolder folder;
    const std::vector<StoredTensor> one{{"s", Dtype::u8, {3}, flags.data()}};
    write_safetensors(folder / "a", one);
    const auto content = framework::read_file(folder / "a");
    std::string expected = R"({"s":{"data_offsets":[0,3],"dtype":"U8","shape":[3]}})";
    expected.resize(56, ' ');
    expected = std::string{56, 0, 0, 0, 0, 0, 0, 0} + expected + std::string{1, 2, 3};
    CHECK(std::string(content.begin(), content.end()) == expected);
}

TEST_CASE("safetensors: no tensors at all is a file too") {
    const TemporaryFolder folder;
    write_safetensors(folder / "a", {});
    CHECK(Safetensors(folder / "a").tensors().empty());
}

TEST_CASE("safetensors: a name taken twice is refused, and nothing is left") {
    const TemporaryFolder folder;
    const StoredTensor a{"a", Dtype::u8, {3}, flags.data()},
        meta{"__metadata__", Dtype::u8, {3}, flags.data()};
    const StoredTensor bytes{"\xff", Dtype::u8, {3}, flags.data()},
        others{"\xfe", Dtype::u8, {3}, flags.data()}, negative{"n", Dtype::u8, {-3}, flags.data()};
    for (const auto& tensors : {std::vector{a, a}, {meta}, {bytes, others}, {negative}}) {
        CHECK_THROWS_AS(write_safetensors(folder / "a", tensors), DataError);
    }
    CHECK(entries_in(folder.path()) == 0);
}

TEST_CASE(
    "safetensors: a name that is no UTF-8 is stored with replacement characters and found by its bytes") {
    const TemporaryFolder folder;
    write_safetensors(folder / "a", std::vector{StoredTensor{"k\xe4se", Dtype::u8, {3}, flags.data()}});
    const Safetensors read(folder / "a");
    CHECK(read.tensors().front().name == "k\xEF\xBF\xBDse");
    CHECK(read.contains("k\xe4se"));
    CHECK(read.at("k\xe4se").bytes() == 3);
}

TEST_CASE("safetensors: damage is refused with the file's name and what is wrong") {
    const TemporaryFolder folder;
    const fs::path path = folder / "a.safetensors";
    const auto said = [&] { return complaint([&] { const Safetensors read(path); }); };
    CHECK_MENTIONS(said(), "a.safetensors", "cannot be opened");
    REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
    CHECK_MENTIONS(said(), "a.safetensors", "no ordinary file");
    std::filesystem::remove(path);
    write_text(path, "");
    CHECK_MENTIONS(said(), "a.safetensors", "empty");
    write_text(path, "abc");
    CHECK_MENTIONS(said(), "a.safetensors", "3 bytes");
    write_text(path, std::string(100, '\xff'));
    CHECK_MENTIONS(said(), "a.safetensors", "header");

    write_safetensors(path, sample());
    cut_short(path, 1);
    CHECK_MENTIONS(said(), "a.safetensors", "\"flags\"", "cut short");
    cut_short(path, 100);
    CHECK_MENTIONS(said(), "a.safetensors", "the file has");

    const auto entry = [](const char* dtype, const char* shape, const char* offsets) {
        return std::string(R"({"dtype":")") + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
               offsets + "}";
    };
    const auto raw = [&](const std::string& header, std::size_t arrays) {
        write_raw(path, header, arrays);
        return said();
    };
    const std::string four = entry("U8", "[4]", "[0,4]");
    CHECK_MENTIONS(raw("not json", 4), "header", "no JSON from line 1");
    CHECK_MENTIONS(raw("[1]", 4), "expected an object");
    CHECK_MENTIONS(raw(R"({"a":7})", 4), "a.safetensors");
    CHECK_MENTIONS(raw(R"({"a":{"dtype":"U8"}})", 4), "shape");
    CHECK_MENTIONS(raw(R"({"__metadata__":{"a":1}})", 0), "a.safetensors");
    CHECK_MENTIONS(raw(R"({"a":)" + entry("U9", "[4]", "[0,4]") + "}", 4), "a.dtype", "U9");
    CHECK_MENTIONS(raw(R"({"a":)" + entry("F32", "[4]", "[0,4]") + "}", 4), "a.data_offsets", "16 bytes");
    CHECK_MENTIONS(raw(R"({"a":)" + entry("U8", "[-4]", "[0,4]") + "}", 4), "a.shape[0]", "-4");
    CHECK_MENTIONS(raw(R"({"a":)" + entry("U8", "[4294967296,4294967296]", "[0,0]") + "}", 4), "a.shape");
    CHECK_MENTIONS(raw(R"({"a":)" + entry("U8", "[4]", "[4,0]") + "}", 4), "a.data_offsets", "4 bytes");
    CHECK_MENTIONS(raw(R"({"a":)" + four + R"(,"b":)" + four + "}", 8), "\"b\" starts at 0 where 4 is next");
    CHECK_MENTIONS(raw(R"({"a":)" + four + R"(,"a":)" + four + "}", 4), "a.safetensors",
                   "the name \"a\" occurs twice");
    CHECK_MENTIONS(raw(R"({"a":)" + entry("U8", "[4]", "[2,6]") + "}", 6),
                   "\"a\" starts at 2 where 0 is next");
    CHECK_MENTIONS(raw(R"({"a":)" + four + "}", 5), "1 bytes follow");
    const std::string deep = std::string(100000, '[') + std::string(100000, ']');
    CHECK_MENTIONS(raw(R"({"a":)" + entry("U8", deep.c_str(), "[0,4]") + "}", 4), "nested deeper");
    CHECK(raw(R"({"a":)" + four + "}", 4).empty());
}

TEST_CASE("safetensors: a write that fails leaves the old file as it was, and nothing beside it") {
    const TemporaryFolder folder;
    const fs::path path = folder / "a.safetensors";
    write_safetensors(path, sample());
    const auto before = framework::read_file(path);
    const std::vector<float> large(100000);
    const std::vector<StoredTensor> tensors{{"large", Dtype::f32, {100000}, large.data()}};
    {
        const FileSizeLimit limit(65536);
        CHECK_MENTIONS(complaint([&] { write_safetensors(path, tensors); }), "a.safetensors",
                       "cannot be written");
    }
    CHECK(framework::read_file(path) == before);
    CHECK(entries_in(folder.path()) == 1);
    CHECK_MENTIONS(complaint([&] { write_safetensors(folder / "absent/a", tensors); }), "absent/a",
                   "cannot be created");
    CHECK_MENTIONS(complaint([&] { write_safetensors("/dev/full", tensors); }), "/dev/full",
                   "no ordinary file");
    CHECK_MENTIONS(complaint([&] { write_safetensors(folder.path(), tensors); }), "no ordinary file");
}

TEST_CASE("safetensors: a link is followed, not replaced") {
    const TemporaryFolder folder;
    write_safetensors(folder / "a", sample());
    fs::create_symlink("a", folder / "link");
    write_safetensors(folder / "link", {});
    CHECK(fs::is_symlink(folder / "link"));
    CHECK(Safetensors(folder / "a").tensors().empty());
}

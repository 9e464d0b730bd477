#include "runtime/data/image_files.h"

#include <doctest/doctest.h>

#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "runtime/data/relabelled.h"
#include "tests/support/temporary_folder.h"

namespace data = runtime::data;
namespace fs = std::filesystem;

TEST_CASE("image files: a folder is searched, a file is taken as it is, an empty folder is refused") {
    const TemporaryFolder folder;
    fs::create_directories(folder / "a" / "b");
    fs::create_directory(folder / "empty");
    const auto image = data::encode_png({{3, 2, 2}, std::vector<std::uint8_t>(12, 200)});
    for (const char* name : {"a/2.png", "a/b/1.JPG", "a/notes.txt"})
        framework::write_file(folder / name, image);
    const std::vector<fs::path> found = data::find_images({folder / "a" / "notes.txt", folder / "a"});
    CHECK(found == std::vector<fs::path>{folder / "a" / "notes.txt", folder / "a" / "2.png",
                                         folder / "a" / "b" / "1.JPG"});
    CHECK_MENTIONS(complaint([&] { data::find_images({folder / "empty"}); }), "empty", "holds no .png");
}

TEST_CASE("image files: one that cannot be decoded is black, and the reason is kept") {
    const TemporaryFolder folder;
    framework::write_file(folder / "good.png",
                          data::encode_png({{3, 2, 2}, std::vector<std::uint8_t>(12, 200)}));
    write_text(folder / "bad.png", "no image");
    const data::ImageFiles files({folder / "bad.png", folder / "good.png", folder / "none.png"}, {3, 2, 2});
    CHECK(files.count() == 3);
    CHECK_FALSE(files.why(0).has_value());
    for (std::int64_t sample = 0; sample < 3; ++sample) {
        std::vector<std::uint8_t> pixels(12, 7);
        files.read(sample, pixels.data());
        CHECK(pixels == std::vector<std::uint8_t>(12, sample == 1 ? 200 : 0));
        CHECK(files.why(sample).has_value() == (sample != 1));
    }
    CHECK_MENTIONS(*files.why(2), "none.png");
}

TEST_CASE("relabelled: labels follow the names of the classes; an unknown class is refused") {
    const data::DatasetPtr set =
        data::in_memory({1, 1, 1}, {"dog", "cat"}, {0, 1, 0}, std::vector<std::uint8_t>{10, 20, 30});
    const data::DatasetPtr found = data::relabelled(set, {"ape", "cat", "dog"}, "set", "file");
    CHECK(found->label(0) == 2);
    CHECK(found->label(1) == 1);
    CHECK(found->classes().size() == 3);
    std::uint8_t pixel = 0;
    found->read(2, &pixel);
    CHECK(pixel == 30);
    CHECK(data::relabelled(set, {"dog", "cat"}, "set", "file") == set);
    CHECK_MENTIONS(complaint([&] {
                       data::relabelled(set, {"cat", "ape"}, "set", "file");
                   }),
                   "set", "\"dog\"", "file", "cat, ape");
}

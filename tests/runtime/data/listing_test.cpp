#include "runtime/data/listing.h"

#include <set>

#include <doctest/doctest.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "runtime/data/dataset.h"
#include "tests/support/temporary_folder.h"

using namespace runtime::data;
namespace fs = std::filesystem;

namespace {

// A set of two classes, in which each image has a gray of its own; tests/data/images/make.py lists them.
fs::path copy_set(const TemporaryFolder& folder) {
    const fs::path set = folder / "set";
    fs::copy(fs::path(SOURCE_ROOT) / "tests/data/images/folder", set, fs::copy_options::recursive);
    return set;
}

// The grays of a set's images with this label, of both splits.
std::multiset<int> grays(const fs::path& set, int label) {
    std::multiset<int> found;
    for (const Split split : {Split::train, Split::test}) {
        const DatasetPtr read = open_dataset("images:" + set.string(), split);
        std::vector<std::uint8_t> pixels(read->shape().bytes());
        for (std::int64_t i = 0; i < read->count(); ++i) {
            read->read(i, pixels.data());
            if (read->label(i) == label) found.insert(pixels.front());
        }
    }
    return found;
}

void link_to(const fs::path& target, const fs::path& link) {
    fs::create_symlink(target, link);
}

std::vector<std::string> names_below(const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::path& file : files_below(folder))
        names.push_back(file.lexically_relative(folder).string());
    return names;
}

}  // namespace

TEST_CASE("images: hidden files and folders are passed over, a folder named like an image is a folder") {
    const TemporaryFolder folder;
    const fs::path set = copy_set(folder);
    CHECK(open_dataset("images:" + set.string(), Split::train)->classes() ==
          std::vector<std::string>{"cat", "dog"});
    CHECK(grays(set, 0) == std::multiset<int>{0, 1, 2, 3, 4});
    CHECK(grays(set, 1) == std::multiset<int>{5, 6});
}

TEST_CASE("images: links to folders and files are followed, and no image counts twice because of a circle") {
    const TemporaryFolder folder;
    const fs::path set = copy_set(folder);
    fs::create_directory(folder / "elsewhere");
    fs::rename(set / "cat/deep", folder / "elsewhere/deep");
    link_to(folder / "elsewhere", set / "cat/more");
    link_to(folder / "elsewhere/deep", set / "cat/again");
    link_to(set / "cat", folder / "elsewhere/deep/circle");
    link_to("..", set / "cat/album.jpg/set");
    link_to("itself", set / "cat/itself");
    link_to("nowhere", set / "cat/dangling");
    link_to(set / "dog/f.png", set / "cat/f.png");
    CHECK(grays(set, 0) == std::multiset<int>{0, 1, 2, 3, 4, 5});
    CHECK(grays(set, 1) == std::multiset<int>{5, 6});
}

TEST_CASE("images: a class may be a link, even if its target leads back to the set") {
    const TemporaryFolder folder;
    const fs::path set = copy_set(folder);
    fs::rename(set / "cat", folder / "cats");
    link_to("../cats", set / "cat");
    link_to(set, folder / "cats/home");
    link_to(folder.path(), folder / "cats/above");
    CHECK(grays(set, 0) == std::multiset<int>{0, 1, 2, 3, 4});
    const fs::path before = fs::current_path();
    fs::current_path(set);
    CHECK(grays(".", 0) == std::multiset<int>{0, 1, 2, 3, 4});
    fs::current_path(before);
}

TEST_CASE("listing: files of all folders below, sorted, by whatever link") {
    const TemporaryFolder folder;
    for (const char* name : {"a/b", "a/b.c", ".hidden", "links"}) fs::create_directories(folder / name);
    for (const char* name : {"z", "a/b/y", "a/b/.x", "a/b.c/w", ".hidden/v"}) write_text(folder / name, "");
    link_to(folder / "a/b.c", folder / "links/first");
    link_to(folder / "a/b.c", folder / "links/second");
    CHECK(names_below(folder / "a") == std::vector<std::string>{"b/y", "b.c/w"});
    CHECK(names_below(folder / "links").size() == 1);
    CHECK(names_below(folder.path()).size() == 3);
    CHECK(subfolders(folder.path()) == std::vector<std::string>{"a", "links"});
    CHECK(names_in(folder / "a/b", "shown").size() == 2);
}

TEST_CASE("listing: links that double at every level are read in no time") {
    const TemporaryFolder folder;
    for (int level = 0; level < 40; ++level) {
        const fs::path at = folder / std::to_string(level), next = folder / std::to_string(level + 1);
        fs::create_directory(at);
        link_to(next, at / "left");
        link_to(next, at / "right");
    }
    fs::create_directory(folder / "40");
    write_text(folder / "40/file", "");
    CHECK(files_below(folder / "0").size() == 1);
}

TEST_CASE("listing: a folder that cannot be read is named") {
    const TemporaryFolder folder;
    CHECK_MENTIONS(complaint([&] { names_in(folder / "none", "shown"); }), "shown: cannot be read");
    CHECK_MENTIONS(complaint([&] { files_below(folder / "none"); }), "none: cannot be looked at");
    if (::geteuid() == 0) return;  // root may read it
    fs::create_directories(folder / "a/closed");
    fs::permissions(folder / "a/closed", fs::perms::none);
    CHECK_MENTIONS(complaint([&] { files_below(folder / "a"); }), "closed: cannot be read");
    fs::permissions(folder / "a/closed", fs::perms::owner_all);
}

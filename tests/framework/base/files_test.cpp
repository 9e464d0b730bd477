#include "framework/base/files.h"

#include <csignal>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/error.h"

namespace fs = std::filesystem;
using framework::AtomicFile;
using framework::DataError;
using framework::read_file;
using framework::Temporary;
using framework::write_file;

namespace {

struct Folder {
    fs::path path;
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "autotm_files_XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    int entries() const {
        return static_cast<int>(std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
};

std::string text_of(const fs::path& path) {
    const auto content = read_file(path);
    return {content.begin(), content.end()};
}

// What a process leaves that is killed right after `work`.
template <class Work>
void killed_after(Work work) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        work();
        raise(SIGKILL);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
}

}  // namespace

TEST_CASE("files: a file is the old one until the new one is whole, and nothing is left beside it") {
    const Folder folder;
    const fs::path file = folder.path / "file";
    write_file(file, "old");
    {
        AtomicFile next(file);
        next.write("new", 3);
        CHECK(text_of(file) == "old");
        CHECK(folder.entries() == 2);
    }
    CHECK(text_of(file) == "old");
    CHECK(folder.entries() == 1);
    AtomicFile next(file);
    next.write("new", 3);
    next.commit();
    CHECK(text_of(file) == "new");
    CHECK(folder.entries() == 1);
}

TEST_CASE("files: permissions stay, and a link leads to what is written") {
    const Folder folder;
    const fs::path file = folder.path / "file", link = folder.path / "link";
    write_file(file, "old");
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("file", link);
    write_file(link, "new");
    CHECK(fs::is_symlink(link));
    CHECK(text_of(file) == "new");
    CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    fs::create_symlink("b", folder.path / "a");
    fs::create_symlink("a", folder.path / "b");
    CHECK_THROWS_WITH_AS(write_file(folder.path / "a", "x"), doctest::Contains("a link in a circle"),
                         DataError);
}

TEST_CASE("files: the next writer removes what a killed one left, and nothing that is in use or not ours") {
    const Folder folder;
    const fs::path file = folder.path / "file";
    killed_after([&] {
        static AtomicFile cut(file);
        cut.write("half", 4);
        static const Temporary whole_folder(folder.path, Temporary::directory, file);
        write_file(whole_folder.path() / "inner", "half");
    });
    CHECK(folder.entries() >= 2);
    write_file(folder.path / ".autotm-notes.tmp", "the user's");
    const Temporary in_use(folder.path, Temporary::file, file);
    CHECK(folder.entries() == 2);
    write_file(file, "whole");
    CHECK(folder.entries() == 3);
    CHECK(fs::exists(in_use.path()));
    CHECK(text_of(folder.path / ".autotm-notes.tmp") == "the user's");
}

TEST_CASE("files: what cannot be read is refused with its name and reason, never taken for empty") {
    const Folder folder;
    const auto refused = [](const fs::path& path, const char* because) {
        CHECK_THROWS_WITH_AS(read_file(path), doctest::Contains(because), DataError);
        CHECK_THROWS_WITH_AS(read_file(path), doctest::Contains(path.c_str()), DataError);
    };
    refused(folder.path / "none", "cannot be opened: No such file");
    refused(folder.path, "is a folder");
    refused("/dev/zero", "is a device or a pipe");
    const fs::path pipe = folder.path / "pipe";
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    refused(pipe, "is a device or a pipe");
    CHECK_FALSE(framework::is_there(folder.path / "none"));
    CHECK_FALSE(framework::is_there(pipe / "below a file"));
    CHECK(framework::is_there(folder.path));
    CHECK_THROWS_WITH_AS(framework::is_there(folder.path / std::string(300, 'n')),
                         doctest::Contains("File name too long"), DataError);
}

TEST_CASE("files: a name that is too long, a missing folder and a full device are said") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(write_file(folder.path / std::string(300, 'n'), "x"),
                         doctest::Contains("File name too long"), DataError);
    CHECK_THROWS_WITH_AS(write_file(folder.path / "none/file", "x"),
                         doctest::Contains("cannot be created: No such file"), DataError);
    CHECK_THROWS_WITH_AS(write_file("/dev/full", "x"), doctest::Contains("free some room"), DataError);
    CHECK(folder.entries() == 0);
    write_file(folder.path / std::string(255, 'n'),
               "the longest name there is");  // needs no longer one beside
    CHECK(folder.entries() == 1);
}

// What cannot be written is said in one sentence, at once where that can be known, and nothing there is
// harmed.
#include <fstream>

#include <sys/mount.h>

#include "tests/experiments/support.h"

namespace fs = std::filesystem;

namespace {

const Arguments two = train_tiny + Arguments{"--iterations", "2"};
const Arguments silent = two + Arguments{"--quiet"};  // without progress, stderr has the reason alone
// What has a linear program, of a few kilobytes, and is solved at once.
const Arguments plan_small{"--model",    "vgg11",     "--image-size", "32",     "--batch", "4",
                           "--simulate", "--machine", "paper",        "--dram", "30%",     "--no-table"};
constexpr const char* outputs[] = {"--report", "--log", "--trace", "--checkpoint"};

// A file system of a megabyte, full but for a few bytes; absent where the system lets nobody mount.
class FullDisk {
  public:
    explicit FullDisk(const fs::path& folder) : folder_(folder) {
        fs::create_directory(folder);
        mounted_ = mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") == 0;
    }
    ~FullDisk() {
        if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

    bool mounted() const { return mounted_; }
    void fill() const {
        std::ofstream file(folder_ / "filling");
        const std::string block(4096, 'x');
        while (file.write(block.data(), 4096).flush()) {
        }
    }

  private:
    fs::path folder_;
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("outputs: a folder that is missing, or a folder in place of the file, is said before training") {
    const TemporaryFolder folder;
    for (const char* flag : outputs) {
        const std::string missing = (folder / "missing/file").string();
        check_refusal(run_program("train", two + Arguments{flag, missing}), 1,
                      {flag, "no folder", "make it"});
        check_refusal(run_program("train", two + Arguments{flag, folder.path().string()}), 1,
                      {flag, "is a folder"});
    }
    check_refusal(run_program("profile", tiny + Arguments{"--cache", (folder / "missing/file").string()}), 1,
                  {"--cache", "no folder"});
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("outputs: a folder that nobody may write to is refused") {
    // /proc takes no files even from root, whom permissions do not stop.
    for (const char* flag : outputs)
        check_refusal(run_program("train", two + Arguments{flag, "/proc/autotm"}), 1,
                      {"/proc/autotm", "cannot be created"});
    check_refusal(run_program("dataset", {"make", "/proc/autotm"}), 1, {"/proc/autotm", "cannot be created"});
}

TEST_CASE("outputs: a device that takes nothing ends the run with the reason") {
    for (const char* flag : {"--report", "--log", "--trace"})
        check_refusal(run_program("train", silent + Arguments{flag, "/dev/full"}), 1, {"/dev/full"});
}

TEST_CASE("outputs: a full disk is said, and what stood there stays") {
    const TemporaryFolder folder;
    const FullDisk disk(folder / "disk");
    if (!disk.mounted()) {
        MESSAGE("skipped: no file system can be mounted here");
        return;
    }
    for (const char* name : {"--report", "--trace", "--checkpoint", "--cache", "--save", "--write-lp"})
        write_text(folder / "disk" / name, "kept");
    disk.fill();
    for (const char* flag : {"--report", "--trace", "--checkpoint"}) {
        CAPTURE(flag);
        const fs::path file = folder / "disk" / flag;
        check_refusal(run_program("train", silent + Arguments{flag, file.string()}), 1,
                      {flag, "No space left", "free some room"});
        CHECK(support::read_text(file) == "kept");
    }
    for (const char* flag : {"--save", "--write-lp"}) {
        CAPTURE(flag);
        const fs::path file = folder / "disk" / flag;
        check_refusal(run_program("plan", plan_small + Arguments{flag, file.string()}), 1,
                      {flag, "No space left", "free some room"});
        CHECK(support::read_text(file) == "kept");
    }
    check_refusal(run_program("train", silent + Arguments{"--dram", "30%", "--placement", "slow", "--slow",
                                                          "dir:" + (folder / "disk").string()}),
                  1, {"slow memory", "no such room"});
    check_refusal(run_program("train", silent + Arguments{"--log", (folder / "disk/log").string()}), 1,
                  {"log", "No space left", "free some room"});
    const Finished cached =
        run_program("profile", tiny + Arguments{"--cache", (folder / "disk/--cache").string()});
    CHECK(cached.exit_code == 1);
    CHECK(mentions(cached.err, std::vector<std::string>{"measured again", "No space left"}));
    CHECK(support::read_text(folder / "disk/--cache") == "kept");
    check_refusal(run_program("dataset", {"make", (folder / "disk/set").string(), "--train", "400"}), 1,
                  {(folder / "disk/set/").string(), "No space left", "free some room"});
    CHECK_FALSE(fs::exists(folder / "disk/set"));
}

TEST_CASE("outputs: a device is written to and stays one; a link leads to what is written") {
    const TemporaryFolder folder;
    for (const char* flag : {"--save", "--write-lp"}) {
        CAPTURE(flag);
        CHECK(run_program("plan", plan_small + Arguments{flag, "/dev/null"}).exit_code == 0);
        CHECK(fs::is_character_file("/dev/null"));
        const fs::path link = folder / "link", target = folder / flag;
        fs::create_symlink(flag, link);
        CHECK(run_program("plan", plan_small + Arguments{flag, link.string()}).exit_code == 0);
        CHECK(fs::is_symlink(link));
        CHECK(fs::file_size(target) > 1000);
        fs::remove(link);
    }
}

TEST_CASE("dataset: a folder that holds something is left as it is") {
    const TemporaryFolder folder;
    write_text(folder / "notes.txt", "kept");
    check_refusal(run_program("dataset", {"make", folder.path().string()}), 1, {"not empty", "--force"});
    CHECK(support::read_text(folder / "notes.txt") == "kept");
}

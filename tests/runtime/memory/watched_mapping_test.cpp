#include "runtime/memory/watched_mapping.h"

#include <csignal>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/training/safetensors.h"
#include "tests/support/temporary_folder.h"

namespace {

constexpr std::size_t bytes = 1 << 16;

struct Ended {
    int status = 0;
    std::string err;
};

// What comes of a process that does `work`.
Ended in_a_process(const std::function<void()>& work) {
    const int err = memfd_create("stderr", MFD_CLOEXEC);
    const pid_t process = fork();
    REQUIRE(process >= 0);
    if (process == 0) {
        dup2(err, STDERR_FILENO);
        work();
        _exit(0);
    }
    Ended ended;
    waitpid(process, &ended.status, 0);
    ended.err.resize(static_cast<std::size_t>(lseek(err, 0, SEEK_END)));
    CHECK(pread(err, ended.err.data(), ended.err.size(), 0) == std::ssize(ended.err));
    close(err);
    return ended;
}

const std::byte* map(const std::filesystem::path& file) {
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT, 0600);
    REQUIRE(ftruncate(descriptor, bytes) == 0);
    void* address = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
    REQUIRE(address != MAP_FAILED);
    close(descriptor);
    return static_cast<const std::byte*>(address);
}

void read(const std::byte* address) {
    [[maybe_unused]] const volatile std::byte value = *address;
}

}  // namespace

TEST_CASE("watched mapping: where its file is cut, a read ends the process with a sentence") {
    const TemporaryFolder folder;
    const std::byte *one = map(folder / "one"), *other = map(folder / "other");
    const runtime::WatchedMapping first(one, bytes, "the first file is lost"),
        second(other, bytes, "the second file is lost");
    std::filesystem::resize_file(folder / "one", 0);
    std::filesystem::resize_file(folder / "other", 0);
    for (const auto& [address, sentence] : {std::pair{one, "the first"}, {other + bytes - 1, "the second"}}) {
        const Ended ended = in_a_process([at = address] { read(at); });
        CHECK(WIFEXITED(ended.status));
        CHECK(WEXITSTATUS(ended.status) == 1);
        CHECK(ended.err.find(std::string(": ") + sentence + " file is lost\n") != std::string::npos);
    }
}

TEST_CASE("watched mapping: SIGBUS elsewhere does what it does without one") {
    const TemporaryFolder folder;
    const std::byte *watched = map(folder / "watched"), *plain = map(folder / "plain");
    const runtime::WatchedMapping mapping(watched, bytes, "lost");
    std::filesystem::resize_file(folder / "plain", 0);
    const std::vector<std::function<void()>> faults{[&] { read(plain); }, [] { std::raise(SIGBUS); }};
    for (const auto& fault : faults) {
        const Ended ended = in_a_process(fault);
        CHECK(ended.status != 0);
        CHECK(ended.err.find("lost") == std::string::npos);
    }
}

TEST_CASE("watched mapping: a checkpoint that is cut while it is read ends the process, naming the file") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "checkpoint";
    const std::vector<float> values(bytes);
    const runtime::StoredTensor tensor{
        .name = "w", .dtype = runtime::Dtype::f32, .shape = {bytes}, .data = values.data()};
    runtime::write_safetensors(path, {&tensor, 1});
    const runtime::Safetensors file(path);
    std::filesystem::resize_file(path, 4096);
    const Ended ended = in_a_process(
        [&] { read(static_cast<const std::byte*>(file.at("w").data) + file.at("w").bytes() - 1); });
    CHECK(WIFEXITED(ended.status));
    CHECK(WEXITSTATUS(ended.status) == 1);
    CHECK(ended.err.find(path.string() + ": was cut while it was read") != std::string::npos);
}

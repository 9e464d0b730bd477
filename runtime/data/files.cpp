#include "runtime/data/files.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "framework/error.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

std::string reason() {
    return std::generic_category().message(errno);
}

// Why a file cannot be written, and the way out.
std::string obstacle() {
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return reason() + (full ? "; free some room, or write elsewhere" : "; write elsewhere");
}

// A descriptor closed on every path; close() tells whether the last bytes were taken.
class File {
  public:
    File(const fs::path& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
    ~File() { close(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int get() const { return descriptor_; }
    bool close() { return descriptor_ < 0 || ::close(std::exchange(descriptor_, -1)) == 0; }

  private:
    int descriptor_;
};

bool write_all(int descriptor, const void* bytes, std::size_t count) {
    const char* from = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t written = ::write(descriptor, from, count);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        from += written;
        count -= static_cast<std::size_t>(written);
    }
    return true;
}

void move_into(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::remove_all(to, error);
    if (!error) fs::rename(from, to, error);
    require<DataError>(!error, to.string(), ": cannot be replaced: ", error.message());
}

}  // namespace

std::vector<std::uint8_t> read_file(const fs::path& path) {
    const File file(path, O_RDONLY);
    require<DataError>(file.get() >= 0, path.string(), ": cannot be opened: ", reason());
    std::error_code error;
    const auto size = fs::file_size(path, error);
    require<DataError>(!error, path.string(), ": cannot be read: ", error.message());
    std::vector<std::uint8_t> content(size);
    std::size_t got = 0;
    while (got < size) {
        const ssize_t count = ::read(file.get(), content.data() + got, size - got);
        if (count < 0 && errno == EINTR) continue;
        require<DataError>(count >= 0, path.string(), ": cannot be read: ", reason());
        require<DataError>(count > 0, path.string(), ": ended after ", got, " of ", size, " bytes");
        got += static_cast<std::size_t>(count);
    }
    return content;
}

void write_file(const fs::path& path, std::span<const std::uint8_t> content) {
    std::error_code error;
    if (const auto status = fs::status(path, error); fs::exists(status) && !fs::is_regular_file(status)) {
        File device(path, O_WRONLY);
        const bool written =
            device.get() >= 0 && write_all(device.get(), content.data(), content.size()) && device.close();
        require<DataError>(written, path.string(), ": cannot be written: ", obstacle());
        return;
    }
    AtomicFile file(path);
    file.write(content.data(), content.size());
    file.replace();
}

void write_file(const fs::path& path, std::string_view content) {
    write_file(path, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

void require_folder(const fs::path& path, const char* what) {
    std::error_code error;
    require<DataError>(fs::exists(path, error), path.string(), ": no such folder; ", what,
                       " is expected there");
    require<DataError>(fs::is_directory(path, error), path.string(), ": is no folder; ", what,
                       " is expected there");
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    if (fs::is_symlink(path_, error)) path_ = fs::weakly_canonical(path_, error);
    require<DataError>(!fs::exists(path_, error) || fs::is_regular_file(path_, error), path_.string(),
                       ": is no ordinary file; name one to be written");
    beside_ = text(path_.string(), ".tmp.", ::getpid());
    descriptor_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("created");
}

AtomicFile::~AtomicFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!beside_.empty()) ::unlink(beside_.c_str());
}

void AtomicFile::write(const void* bytes, std::size_t count) {
    if (!write_all(descriptor_, bytes, count)) fail("written");
}

void AtomicFile::commit() {
    if (::fsync(descriptor_) != 0) fail("written");
    replace();
}

void AtomicFile::replace() {
    if (::close(std::exchange(descriptor_, -1)) != 0) fail("written");
    if (::rename(beside_.c_str(), path_.c_str()) != 0) fail("replaced");
    beside_.clear();
}

void AtomicFile::fail(const char* action) const {
    throw DataError(text(path_.string(), ": cannot be ", action, ": ", obstacle()));
}

StagedFolder::StagedFolder(fs::path target, bool force) : target_(std::move(target)) {
    require<framework::UsageError>(!target_.empty(), "the folder to write has no name");
    std::error_code error;
    require<DataError>(!fs::exists(target_, error) || fs::is_directory(target_, error), target_.string(),
                       ": is a file; name a folder");
    require<DataError>(force || !fs::exists(target_, error) || fs::is_empty(target_, error), target_.string(),
                       ": is not empty; name another folder, or --force to replace what is there");
    created_target_ = fs::create_directories(target_, error);
    staging_ = target_ / text(".tmp.", ::getpid());
    if (!error) fs::create_directory(staging_, error);
    if (error) {
        std::error_code ignored;
        if (created_target_) fs::remove(target_, ignored);
        throw DataError(text(target_.string(), ": cannot be created: ", error.message()));
    }
}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    fs::remove_all(staging_, ignored);
    if (created_target_) fs::remove(target_, ignored);  // only if empty
}

fs::path StagedFolder::folder(const fs::path& below) const {
    const fs::path made = staging_ / below;
    std::error_code error;
    fs::create_directories(made, error);
    require<DataError>(!error, made.string(), ": cannot be created: ", error.message());
    return made;
}

void StagedFolder::commit() {
    std::error_code error;
    std::vector<fs::path> names;
    for (fs::directory_iterator entry(staging_, error), end; !error && entry != end; entry.increment(error)) {
        names.push_back(entry->path().filename());
    }
    require<DataError>(!error, staging_.string(), ": cannot be read: ", error.message());
    for (const fs::path& name : names) move_into(staging_ / name, target_ / name);
}

}  // namespace runtime::data

#include "framework/files.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "framework/error.h"

namespace framework {

namespace fs = std::filesystem;

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

}  // namespace

std::vector<std::uint8_t> read_file(const fs::path& path) {
    const File file(path, O_RDONLY | O_NONBLOCK);  // a pipe is none to wait for
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

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    constexpr int most_links = 40;  // as the system has it
    for (int links = 0; links < most_links && fs::is_symlink(path_, error); ++links) {
        path_ = path_.parent_path() / fs::read_symlink(path_, error);
    }
    require<DataError>(!fs::is_symlink(path_, error), path_.string(),
                       ": is a link in a circle; name the file itself");
    const fs::file_status there = fs::status(path_, error);
    require<DataError>(!fs::exists(there) || fs::is_regular_file(there), path_.string(),
                       ": is no ordinary file; name one to be written");
    beside_ = text(path_.string(), ".tmp.", ::getpid());
    descriptor_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("created");
    // Who may read it stays as it was.
    if (fs::exists(there)) fs::permissions(beside_, there.permissions(), error);
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

}  // namespace framework

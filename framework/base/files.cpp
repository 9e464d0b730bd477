#include "framework/base/files.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/base/error.h"

namespace framework {

namespace fs = std::filesystem;

namespace {

std::string reason() {
    return std::generic_category().message(errno);
}

// A file descriptor that the destructor closes; close() returns whether the system took the last bytes.
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

// Writes directly to `path`, opened with `flags`, without a temporary file.
void write_in_place(const fs::path& path, int flags, std::span<const std::uint8_t> content) {
    File file(path, flags);
    const bool written =
        file.get() >= 0 && write_all(file.get(), content.data(), content.size()) && file.close();
    require<DataError>(written, path.string(), ": cannot be written: ", obstacle());
}

bool is_link(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    require<DataError>(fs::status_known(status), path.string(), ": cannot be looked at: ", error.message());
    return fs::is_symlink(status);
}

fs::path without_links(fs::path path) {
    constexpr int most_links = 40;  // Linux's own limit
    for (int links = 0; links < most_links && is_link(path); ++links) {
        std::error_code error;
        path = path.parent_path() / fs::read_symlink(path, error);
        require<DataError>(!error, path.string(), ": cannot be looked at: ", error.message());
    }
    require<DataError>(!is_link(path), path.string(), ": is a link in a circle; name the file itself");
    return path;
}

}  // namespace

std::string obstacle() {
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return reason() + (full ? "; free some room, or write elsewhere" : "; write elsewhere");
}

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

bool sync_folder(const fs::path& folder) {
    const File opened(folder, O_RDONLY | O_DIRECTORY);
    if (opened.get() < 0) return errno == EACCES;  // a folder may be writable but not readable
    return ::fsync(opened.get()) == 0 || errno == EINVAL || errno == ENOTSUP;
}

fs::file_type type_of(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    require<DataError>(fs::status_known(status), path.string(), ": cannot be looked at: ", error.message());
    return status.type();
}

bool is_there(const fs::path& path) {
    return type_of(path) != fs::file_type::not_found;
}

bool is_folder(const fs::path& path) {
    return type_of(path) == fs::file_type::directory;
}

std::vector<std::uint8_t> read_file(const fs::path& path) {
    const File file(path, O_RDONLY | O_NONBLOCK);  // do not wait for the writer of a pipe
    require<DataError>(file.get() >= 0, path.string(), ": cannot be opened: ", reason());
    struct stat status {};
    const bool known = ::fstat(file.get(), &status) == 0;
    require<DataError>(known, path.string(), ": cannot be read: ", reason());
    require<DataError>(!S_ISDIR(status.st_mode), path.string(), ": is a folder; a file is expected");
    require<DataError>(S_ISREG(status.st_mode), path.string(),
                       ": is a device or a pipe; an ordinary file is expected");
    std::vector<std::uint8_t> content(static_cast<std::size_t>(status.st_size));
    std::size_t got = 0;
    while (got < content.size()) {
        const ssize_t count = ::read(file.get(), content.data() + got, content.size() - got);
        if (count < 0 && errno == EINTR) continue;
        require<DataError>(count >= 0, path.string(), ": cannot be read: ", reason());
        require<DataError>(count > 0, path.string(), ": ended after ", got, " of ", content.size(), " bytes");
        got += static_cast<std::size_t>(count);
    }
    return content;
}

void write_file(const fs::path& path, std::span<const std::uint8_t> content) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        write_in_place(path, O_WRONLY, content);
        return;
    }
    AtomicFile file(path);
    file.write(content.data(), content.size());
    file.commit();
}

void write_file(const fs::path& path, std::string_view content) {
    write_file(path, {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

void write_staged_file(const fs::path& path, std::span<const std::uint8_t> content) {
    write_in_place(path, O_WRONLY | O_CREAT | O_TRUNC, content);
}

AtomicFile::AtomicFile(fs::path path) : path_(without_links(std::move(path))) {
    struct stat there {};
    const bool exists = ::stat(path_.c_str(), &there) == 0;
    if (!exists && errno != ENOENT) fail("looked at");
    require<DataError>(!exists || S_ISREG(there.st_mode), path_.string(),
                       ": is no ordinary file; name one to be written");
    beside_.emplace(path_.parent_path(), Temporary::file, path_);
    // Keeps the permissions of the old file, if the system allows it.
    if (exists) static_cast<void>(::fchmod(beside_->descriptor(), there.st_mode & 07777U));
}

void AtomicFile::write(const void* bytes, std::size_t count) {
    if (!write_all(beside_->descriptor(), bytes, count)) fail("written");
}

void AtomicFile::commit() {
    const bool kept = ::fsync(beside_->descriptor()) == 0 || errno == EINVAL || errno == ENOTSUP;
    if (!kept) fail("written");
    if (!beside_->move_to(path_)) fail("replaced");
}

void AtomicFile::fail(const char* action) const {
    throw DataError(text(path_.string(), ": cannot be ", action, ": ", obstacle()));
}

}  // namespace framework

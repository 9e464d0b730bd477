#include "framework/base/temporary.h"

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/files.h"

namespace framework {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = ".autotm-", suffix = ".tmp";
constexpr std::size_t digits = 16;  // between prefix and suffix

std::string random_name() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) < 0) number = static_cast<std::uint64_t>(::getpid());
    std::string name(prefix);
    for (std::size_t at = 0; at < digits; ++at) name += "0123456789abcdef"[number >> 4 * at & 0xFU];
    return name += suffix;
}

// Removes a file, or a folder with its content; returns whether it is gone. It does not use remove_all() or
// directory_iterator, because those of libstdc++ end the process if they are refused memory.
bool remove_tree(int folder, const char* name) noexcept {
    if (::unlinkat(folder, name, 0) == 0 || errno == ENOENT) return true;
    if (errno != EISDIR && errno != EPERM) return false;
    const int inner = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) return false;
    DIR* listed = ::fdopendir(inner);
    if (!listed) {
        ::close(inner);
        return false;
    }
    while (const dirent* entry = ::readdir(listed)) {
        const std::string_view below = entry->d_name;
        if (below != "." && below != "..") remove_tree(inner, entry->d_name);
    }
    ::closedir(listed);
    return ::unlinkat(folder, name, AT_REMOVEDIR) == 0;
}

// Removes the temporary file or folder at `path` if its lock is free. On a file system without locks this is
// unknown, so it stays.
void remove_if_left(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) remove_tree(AT_FDCWD, path.c_str());
    ::close(descriptor);
}

// Whether `path` still names what `descriptor` has open: another process may have removed it before it was
// locked.
bool is_still_there(int descriptor, const fs::path& path) {
    struct stat opened {
    }, named{};
    return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

// Makes a temporary file or folder and returns its open descriptor; -1, with errno set, if that fails.
int make(const fs::path& path, Temporary::Kind kind) {
    if (kind == Temporary::file) return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (::mkdir(path.c_str(), 0777) != 0) return -1;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) return descriptor;
    const int why = errno;
    ::rmdir(path.c_str());
    errno = why;
    return -1;
}

// Whether a file's name is one that random_name() gives.
bool is_temporary(std::string_view name) {
    return name.size() == prefix.size() + digits + suffix.size() && name.starts_with(prefix) &&
           name.ends_with(suffix);
}

}  // namespace

void remove_leftovers(const fs::path& folder) noexcept {
    DIR* opened = ::opendir(folder.c_str());
    try {
        while (const dirent* entry = opened ? ::readdir(opened) : nullptr) {
            if (is_temporary(entry->d_name)) remove_if_left(folder / entry->d_name);
        }
    } catch (...) {  // memory was refused: the next writer tries again
    }
    if (opened) ::closedir(opened);
}

Temporary::Temporary(const fs::path& folder, Kind kind, const fs::path& shown)
    : folder_(folder.empty() ? fs::path(".") : folder) {
    remove_leftovers(folder_);
    constexpr int tries = 100;
    for (int i = 0; i < tries; ++i) {
        path_ = folder_ / random_name();
        descriptor_ = make(path_, kind);
        if (descriptor_ < 0 && (errno == EEXIST || (kind == directory && errno == ENOENT))) continue;
        if (descriptor_ < 0) break;
        // On a file system without locks nobody removes temporary files, so none is needed.
        const bool taken = ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (!taken && is_still_there(descriptor_, path_)) return;
        ::close(std::exchange(descriptor_, -1));
        remove_tree(AT_FDCWD, path_.c_str());  // it may exist although the check failed
    }
    const std::string why = obstacle();
    path_.clear();
    throw DataError(text(shown.string(), ": cannot be created: ", why));
}

Temporary::~Temporary() {
    constexpr int tries = 2;  // the system may refuse a single call
    for (int i = 0; i < tries && !path_.empty(); ++i)
        if (remove_tree(AT_FDCWD, path_.c_str())) path_.clear();
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool Temporary::move_to(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    path_.clear();
    return sync_folder(folder_);
}

}  // namespace framework

#include "runtime/data/folders.h"

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/listing.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

void require_done(bool done, const fs::path& path, const char* action) {
    require<DataError>(done, path.string(), ": cannot be ", action, ": ", framework::obstacle());
}

// Moves `from` to `to`, and an old `to` to where `from` was. If the file system can exchange two names, `to`
// exists at every moment, either old or new.
void put_in_place(const fs::path& from, const fs::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) return;
    std::error_code error;
    const fs::path old = from.parent_path() / "replaced";
    if (errno != ENOENT && !(::rename(to.c_str(), old.c_str()) == 0 || errno == ENOENT))
        require_done(false, to, "replaced");
    require_done(::rename(from.c_str(), to.c_str()) == 0, to, "replaced");
    fs::remove_all(old, error);
}

// Syncs every file below `folder` to disk by one call, even thousands of them. `shown`: the path that
// messages name.
void sync_files(const fs::path& folder, const fs::path& shown) {
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = opened >= 0 && ::syncfs(opened) == 0;
    const int why = errno;
    if (opened >= 0) ::close(opened);
    errno = why;
    require_done(synced, shown, "written");
}

// Makes a folder and its parents. Returns false, with errno set, if the system refuses.
bool make_with_parents(const fs::path& path) {
    if (::mkdir(path.c_str(), 0777) == 0) return true;
    const fs::path parent = errno == ENOENT ? path.parent_path() : fs::path();
    if (!parent.empty() && parent != path) {
        if (!make_with_parents(parent)) return false;
        if (::mkdir(path.c_str(), 0777) == 0) return true;
    }
    struct stat there {};
    if (errno != EEXIST || ::stat(path.c_str(), &there) != 0) return false;
    errno = ENOTDIR;
    return S_ISDIR(there.st_mode);
}

// Returns `said` with every `from` replaced by `to`.
std::string replaced(std::string said, const std::string& from, const std::string& to) {
    for (std::size_t at = said.find(from); at != std::string::npos; at = said.find(from, at + to.size()))
        said.replace(at, from.size(), to);
    return said;
}

}  // namespace

void require_folder(const fs::path& path, const char* what) {
    const fs::file_type there = framework::type_of(path);
    require<DataError>(there != fs::file_type::not_found, path.string(), ": no such folder; ", what,
                       " is expected there");
    require<DataError>(there == fs::file_type::directory, path.string(), ": is no folder; ", what,
                       " is expected there");
}

void make_folders(const fs::path& path, const fs::path& shown) {
    require_done(make_with_parents(path), shown, "created");
}

StagedFolder::StagedFolder(fs::path target, bool force) : target_(std::move(target)) {
    require<framework::UsageError>(!target_.empty(), "the folder to write has no name");
    if (!target_.has_filename()) target_ = target_.parent_path();  // "set/"
    const fs::file_type there = framework::type_of(target_);
    is_new_ = there == fs::file_type::not_found;
    require<DataError>(is_new_ || there == fs::file_type::directory, target_.string(),
                       ": is a file; name a folder");
    if (is_new_) {
        const fs::path parent = target_.parent_path();
        if (!parent.empty()) make_folders(parent, target_);
        staging_.emplace(parent, framework::Temporary::directory, target_);
        return;
    }
    framework::remove_leftovers(target_);
    std::error_code error;
    const bool holds_nothing = fs::is_empty(target_, error);
    require<DataError>(!error, target_.string(), ": cannot be read: ", error.message());
    require<DataError>(force || holds_nothing, target_.string(),
                       ": is not empty; name another folder, or --force to replace what is there");
    staging_.emplace(target_, framework::Temporary::directory, target_);
}

void StagedFolder::fill(const fs::path& below, const std::function<void(const fs::path&)>& write) const {
    const fs::path folder = staging_->path() / below;
    make_folders(folder, target_ / below);
    try {
        write(folder);
    } catch (const DataError& failure) {
        throw DataError(replaced(failure.what(), staging_->path().string(), target_.string()));
    }
}

void StagedFolder::commit() {
    sync_files(staging_->path(), target_);
    if (is_new_) {
        require_done(staging_->move_to(target_), target_, "created");
        return;
    }
    for (const std::string& name : names_in(staging_->path(), target_))
        put_in_place(staging_->path() / name, target_ / name);
    require_done(framework::sync_folder(target_), target_, "written");
}

}  // namespace runtime::data

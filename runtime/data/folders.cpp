#include "runtime/data/folders.h"

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

#include "framework/error.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

void move_into(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::remove_all(to, error);
    if (!error) fs::rename(from, to, error);
    require<DataError>(!error, to.string(), ": cannot be replaced: ", error.message());
}

}  // namespace

void require_folder(const fs::path& path, const char* what) {
    std::error_code error;
    require<DataError>(fs::exists(path, error), path.string(), ": no such folder; ", what,
                       " is expected there");
    require<DataError>(fs::is_directory(path, error), path.string(), ": is no folder; ", what,
                       " is expected there");
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

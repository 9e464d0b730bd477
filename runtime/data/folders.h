// Folders of data: checks that one exists, and writes one that appears complete or not at all. All functions
// throw DataError.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "framework/base/temporary.h"

namespace runtime::data {

// Throws unless `path` is a folder; `what` says what it should hold.
void require_folder(const std::filesystem::path& path, const char* what);

// Makes a folder and its parents; an existing one stays. It does not use create_directories(), because that
// of libstdc++ takes a parent that cannot be examined for a missing one and reports the wrong reason.
// `shown`: the path that messages name.
void make_folders(const std::filesystem::path& path, const std::filesystem::path& shown);

// A folder that is filled out of sight: fill() writes files into a hidden folder; commit() syncs them to
// disk, then moves them to the target. A new target appears complete. In an existing target, each entry of
// the hidden folder replaces the entry of the same name. Without commit() nothing is left. Refuses a target
// that is not empty, unless `force`. Throws UsageError for a target without a name.
class StagedFolder {
  public:
    StagedFolder(std::filesystem::path target, bool force);

    // Makes the folder `below` inside the hidden one and passes its path to `write`. A DataError that `write`
    // throws names the target instead of the hidden folder, which the user has never seen.
    void fill(const std::filesystem::path& below,
              const std::function<void(const std::filesystem::path&)>& write) const;
    void commit();

  private:
    std::filesystem::path target_;
    bool is_new_ = false;
    std::optional<framework::Temporary> staging_;
};

}  // namespace runtime::data

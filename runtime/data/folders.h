// Folders of data: one that has to be there, and one that appears whole or not at all. Everything throws
// DataError.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "framework/base/temporary.h"

namespace runtime::data {

// Throws unless `path` is a folder; `what` says what it should hold.
void require_folder(const std::filesystem::path& path, const char* what);

// Makes a folder and its parents; one that is there stays. Not by create_directories(): that of libstdc++
// takes a parent that cannot be looked at for a missing one, and tells another reason. `shown`: what a
// message names.
void make_folders(const std::filesystem::path& path, const std::filesystem::path& shown);

// A folder filled out of sight: fill() writes files into a hidden folder, and commit() has the disk hold
// them, then puts them in place. A new target appears as a whole; in one that exists, each entry of the
// hidden folder replaces that of its name. Without a commit nothing is left. A target that holds anything is
// refused unless `force`, one without a name with a UsageError.
class StagedFolder {
  public:
    StagedFolder(std::filesystem::path target, bool force);

    // Makes the folder `below` of the hidden one and hands its path to `write`. A DataError of `write` names
    // the target in place of the hidden folder, which the user has never seen.
    void fill(const std::filesystem::path& below,
              const std::function<void(const std::filesystem::path&)>& write) const;
    void commit();

  private:
    std::filesystem::path target_;
    bool is_new_ = false;
    std::optional<framework::Temporary> staging_;
};

}  // namespace runtime::data

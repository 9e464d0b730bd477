// Folders of data: one that has to be there, and one that appears whole or not at all. Everything throws
// DataError.
#pragma once

#include <filesystem>

namespace runtime::data {

// Throws unless `path` is a folder; `what` says what it should hold.
void require_folder(const std::filesystem::path& path, const char* what);

// A folder filled out of sight: files go below path(), and commit() moves its entries into `target`, in place
// of those of the same name. Without a commit nothing is left. A target that holds anything is refused unless
// `force`, one without a name with a UsageError.
class StagedFolder {
  public:
    StagedFolder(std::filesystem::path target, bool force);
    ~StagedFolder();
    StagedFolder(const StagedFolder&) = delete;
    StagedFolder& operator=(const StagedFolder&) = delete;

    const std::filesystem::path& path() const { return staging_; }
    std::filesystem::path folder(const std::filesystem::path& below) const;  // made, with its parents
    void commit();

  private:
    std::filesystem::path target_, staging_;
    bool created_target_ = false;
};

}  // namespace runtime::data

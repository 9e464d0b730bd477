// Reading and writing whole files so that a failure names the file, and so that what stood there before stays
// unharmed until the new content is complete. Everything throws DataError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace runtime::data {

std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

// Written beside and renamed, so that whoever is killed on the way leaves the file as it was; a device or a
// pipe is written to as it is.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);
void write_file(const std::filesystem::path& path, std::string_view content);

// Throws unless `path` is a folder; `what` says what it should hold.
void require_folder(const std::filesystem::path& path, const char* what);

// A file written beside `path` and renamed over it by commit(), which first has the disk hold it; without a
// commit nothing is left. A link is followed; a device or a folder at `path` is refused.
class AtomicFile {
  public:
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* bytes, std::size_t count);
    void commit();
    void replace();  // commit() that leaves it to the system when the disk holds it

  private:
    [[noreturn]] void fail(const char* action) const;

    std::filesystem::path path_, beside_;
    int descriptor_ = -1;
};

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

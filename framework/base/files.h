// Reading and writing whole files so that a failure names the file and the reason, and so that what stood
// there before stays unharmed until the new content is complete. Everything throws DataError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/temporary.h"

namespace framework {

// What has this name, links followed; not_found: nothing. Throws where the system does not tell: what cannot
// be looked at is not taken for missing, nor for another kind.
std::filesystem::file_type type_of(const std::filesystem::path& path);
bool is_there(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);

// A file as a whole. Folders, devices and pipes are refused.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

// Written beside and renamed, so that whoever is killed on the way leaves the file as it was; a device or a
// pipe is written to as it is.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);
void write_file(const std::filesystem::path& path, std::string_view content);

// A file in a folder that nobody uses yet, a StagedFolder's: neither written beside nor synced.
void write_staged_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);

// A file written beside `path` and renamed over it by commit(), once the disk holds it; without a commit
// nothing is left. A link is followed, to where nothing is yet also; a device or a folder at `path` is
// refused.
class AtomicFile {
  public:
    explicit AtomicFile(std::filesystem::path path);

    void write(const void* bytes, std::size_t count);
    void commit();
    // Where another program may write what commit() will put in place.
    const std::filesystem::path& beside() const { return beside_->path(); }

  private:
    [[noreturn]] void fail(const char* action) const;

    std::filesystem::path path_;
    std::optional<Temporary> beside_;
};

// Of errno: why something cannot be written, and the way out.
std::string obstacle();

// Writes all of it, however often the system takes a part; false, errno set: it refused.
bool write_all(int descriptor, const void* bytes, std::size_t count);

// Has the disk hold the names in a folder; false, errno set: the disk failed. Some file systems know no such
// thing: there it is true.
bool sync_folder(const std::filesystem::path& folder);

}  // namespace framework

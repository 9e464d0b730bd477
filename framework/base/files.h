// Reads and writes whole files. An error names the file and the reason. A file that is replaced keeps its old
// content until the new content is complete. All functions throw DataError unless they say otherwise.
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

// The type of the file with this name, links followed; not_found if there is none. Throws if the system does
// not tell the type: a file that cannot be examined counts neither as missing nor as another type.
std::filesystem::file_type type_of(const std::filesystem::path& path);
bool is_there(const std::filesystem::path& path);
bool is_folder(const std::filesystem::path& path);

// Returns the content of a file. Refuses folders, devices and pipes.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

// Writes a temporary file next to `path` and renames it, so that a process that is killed meanwhile leaves
// the old file unharmed. Writes directly to a device or a pipe.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);
void write_file(const std::filesystem::path& path, std::string_view content);

// Writes a file into a StagedFolder, which nobody reads yet: directly, and without a sync.
void write_staged_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);

// A temporary file next to `path`. commit() syncs it to disk, then renames it to `path`. Without commit() the
// destructor removes it. If `path` is a link, the link's target is written, even if it does not exist yet.
// Refuses a device or a folder at `path`.
class AtomicFile {
  public:
    explicit AtomicFile(std::filesystem::path path);

    void write(const void* bytes, std::size_t count);
    void commit();
    // The path of the temporary file, for another program to write to before commit().
    const std::filesystem::path& beside() const { return beside_->path(); }

  private:
    [[noreturn]] void fail(const char* action) const;

    std::filesystem::path path_;
    std::optional<Temporary> beside_;
};

// Why a file cannot be written, by errno, and what the user can do.
std::string obstacle();

// Writes all `count` bytes, in as many calls as the system needs. Returns false, with errno set, if the
// system refuses.
bool write_all(int descriptor, const void* bytes, std::size_t count);

// Syncs the names in a folder to disk. Returns false, with errno set, if the disk fails; returns true on file
// systems that cannot sync a folder.
bool sync_folder(const std::filesystem::path& folder);

}  // namespace framework

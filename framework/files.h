// Reading and writing whole files so that a failure names the file and the reason, and so that what stood
// there before stays unharmed until the new content is complete. Everything throws DataError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace framework {

std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

// Written beside and renamed, so that whoever is killed on the way leaves the file as it was; a device or a
// pipe is written to as it is.
void write_file(const std::filesystem::path& path, std::span<const std::uint8_t> content);
void write_file(const std::filesystem::path& path, std::string_view content);

// A file written beside `path` and renamed over it by commit(), which first has the disk hold it; without a
// commit nothing is left. A link is followed, to where nothing is yet also; a device or a folder at `path` is
// refused.
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

}  // namespace framework

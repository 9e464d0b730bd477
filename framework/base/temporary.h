// Temporary files and folders next to what they will replace. Each has a random name, and a lock that is held
// while its process lives. If a process is killed, the next one that writes to the same folder removes its
// temporary files.
#pragma once

#include <filesystem>

namespace framework {

// A new file or a new empty folder named ".autotm-RANDOM.tmp" in `folder`. The constructor first calls
// remove_leftovers(folder). The destructor removes the file, or the folder with its content, unless move_to()
// has moved it. Throws DataError.
class Temporary {
  public:
    enum Kind { file, directory };
    // `shown`: the path that messages name, which is the one to be replaced.
    Temporary(const std::filesystem::path& folder, Kind kind, const std::filesystem::path& shown);
    ~Temporary();
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    const std::filesystem::path& path() const { return path_; }
    int descriptor() const { return descriptor_; }  // of a file: open for writing; closing it frees the lock

    // Renames it to `target`, replaces a file there, and syncs the new name to disk. Returns false, with
    // errno set, if the system refuses.
    bool move_to(const std::filesystem::path& target);

  private:
    std::filesystem::path folder_, path_;
    int descriptor_ = -1;
};

// Removes the temporary files and folders that killed processes left in `folder`: their locks are free. What
// cannot be removed stays.
void remove_leftovers(const std::filesystem::path& folder) noexcept;

}  // namespace framework

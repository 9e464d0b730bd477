// Temporary files and folders beside what they will replace: a name that cannot collide, locked while its
// process lives, and removed by the next one that writes to the same folder.
#pragma once

#include <filesystem>

namespace framework {

// A new file or an empty folder named ".autotm-RANDOM.tmp" in `folder`; removed with what it holds unless it
// was moved away. Before it is made, those that killed processes left in `folder` are removed: their locks
// are free. Throws DataError.
class Temporary {
  public:
    enum Kind { file, directory };
    // `shown`: the path that messages name, what the temporary one stands for.
    Temporary(const std::filesystem::path& folder, Kind kind, const std::filesystem::path& shown);
    ~Temporary();
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;

    const std::filesystem::path& path() const { return path_; }
    int descriptor() const { return descriptor_; }  // of a file: open to write; its lock goes with it

    // Renames it to `target`, in place of a file there, and has the disk hold the new name. False, errno set:
    // the system refused.
    bool move_to(const std::filesystem::path& target);

  private:
    std::filesystem::path folder_, path_;
    int descriptor_ = -1;
};

// Removes what killed processes left in `folder`. Throws nothing: what cannot be removed stays.
void remove_leftovers(const std::filesystem::path& folder) noexcept;

}  // namespace framework

#include "runtime/data/listing.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <sys/stat.h>

#include "framework/base/error.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;

namespace {

struct Entry {
    std::string name;
    unsigned char type = DT_UNKNOWN;  // of the entry itself, links not followed
};

// It does not use directory_iterator: that of libstdc++ ends the process if it is refused memory, and a
// staged folder would stay.
std::vector<Entry> entries_in(const fs::path& folder, const fs::path& shown) {
    const std::unique_ptr<DIR, int (*)(DIR*)> opened(::opendir(folder.c_str()), ::closedir);
    std::vector<Entry> entries;
    if (opened) errno = 0;
    while (const dirent* entry = opened ? ::readdir(opened.get()) : nullptr) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") entries.push_back({name, entry->d_type});
        errno = 0;  // tells the end of the folder from a failure
    }
    require<DataError>(errno == 0, shown.string(),
                       ": cannot be read: ", std::generic_category().message(errno));
    return entries;
}

// The entries that are not hidden, sorted by name.
std::vector<Entry> visible_in(const fs::path& folder) {
    std::vector<Entry> entries = entries_in(folder, folder);
    std::erase_if(entries, [](const Entry& entry) { return entry.name.starts_with('.'); });
    std::ranges::sort(entries, {}, &Entry::name);
    return entries;
}

// Returns false, with errno set, if `path` leads nowhere: to a name that does not exist, or in a circle.
bool examine(const fs::path& path, struct stat& status) {
    if (::stat(path.c_str(), &status) == 0) return true;
    require<DataError>(errno == ENOENT || errno == ELOOP, path.string(),
                       ": cannot be looked at: ", std::generic_category().message(errno));
    return false;
}

bool leads_to_folder(const fs::path& path, unsigned char type) {
    if (type != DT_LNK && type != DT_UNKNOWN) return type == DT_DIR;
    struct stat status {};
    return examine(path, status) && S_ISDIR(status.st_mode);
}

// Folders that are not to be read, or not again. A folder is known by its device and inode, whatever its
// path.
class Seen {
  public:
    // Returns whether the folder was not in the set.
    bool add(const fs::path& folder) {
        struct stat status {};
        return examine(folder, status) && folders_.emplace(status.st_dev, status.st_ino).second;
    }
    void add_parents(fs::path path) {
        while (path.has_relative_path()) {
            path = path.parent_path();
            add(path);
        }
    }

  private:
    std::set<std::pair<dev_t, ino_t>> folders_;
};

// The folders that hold `folder`, which may be a link: those around the link, and those around its target.
Seen holders_of(const fs::path& folder) {
    std::error_code error;
    const fs::path target = fs::canonical(folder, error);
    const fs::path around = error ? fs::path() : fs::canonical(fs::absolute(folder).parent_path(), error);
    require<DataError>(!error, folder.string(), ": cannot be looked at: ", error.message());
    Seen seen;
    seen.add(around);
    seen.add_parents(around);
    seen.add_parents(target);
    return seen;
}

}  // namespace

std::vector<std::string> names_in(const fs::path& folder, const fs::path& shown) {
    std::vector<std::string> names;
    for (Entry& entry : entries_in(folder, shown)) names.push_back(std::move(entry.name));
    return names;
}

std::vector<std::string> subfolders(const fs::path& folder) {
    std::vector<std::string> names;
    for (Entry& entry : visible_in(folder)) {
        if (leads_to_folder(folder / entry.name, entry.type)) names.push_back(std::move(entry.name));
    }
    return names;
}

std::vector<fs::path> files_below(const fs::path& folder) {
    Seen seen = holders_of(folder);
    std::vector<fs::path> files, folders{folder};
    while (!folders.empty()) {
        const fs::path current = std::move(folders.back());
        folders.pop_back();
        if (!seen.add(current)) continue;
        for (const Entry& entry : visible_in(current)) {
            fs::path path = current / entry.name;
            (leads_to_folder(path, entry.type) ? folders : files).push_back(std::move(path));
        }
    }
    std::ranges::sort(files);
    return files;
}

}  // namespace runtime::data

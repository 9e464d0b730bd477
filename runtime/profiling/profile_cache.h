// The cache of kernel times: a file with the timings of kernels and copies, by everything that affects them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "framework/plan/plan.h"
#include "framework/plan/profile.h"
#include "runtime/lower.h"

namespace runtime {

// The key of a kernel: op and attributes, shapes, layouts, implementation, platform(), and `tier`, the
// identity of slow memory.
std::string kernel_key(const Lowered& lowered, framework::OpId id, const std::string& tier);
// The key of copies: direction, platform() and `tier`.
std::string copy_key(framework::Tier to, const std::string& tier);

class ProfileCache {
  public:
    // Without a path the cache keeps nothing on disk. If the content of the file is damaged, the cache starts
    // empty, damaged() says why, and save() keeps the old content under another name. Throws DataError for a
    // file that cannot be read.
    explicit ProfileCache(std::filesystem::path path);

    // A time in slow memory is never below the one in DRAM, whatever the file says: several of them, added
    // up, would else make times below 0.
    std::optional<framework::Timing> find(const std::string& key, framework::TierMask slow) const;
    // Adds or replaces a timing. A new all-DRAM time shifts the kernel's other times by the same difference,
    // so that what slow memory adds stays the same.
    void add(const std::string& key, const framework::Timing& timing);
    std::optional<framework::CopyCost> find_copy(const std::string& key) const;
    void add_copy(const std::string& key, const framework::CopyCost& cost);
    // Writes the file, merged with what other processes have added meanwhile; processes save one at a time.
    // An old file stays until the new one is complete. Throws DataError, and leaves the file as it was.
    void save() const;
    const std::string& damaged() const { return damaged_; }  // empty: the file is sound

  private:
    struct Entries {
        std::map<std::string, std::map<framework::TierMask, framework::Timing>> kernels;
        std::map<std::string, framework::CopyCost> copies;
    };
    Entries read(std::span<const std::uint8_t> content) const;  // throws DataError
    static std::string print(const Entries& entries);

    std::filesystem::path path_;
    Entries entries_;
    std::string damaged_;
};

}  // namespace runtime

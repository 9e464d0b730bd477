// Timings of kernels kept in a file, by everything that changes them.
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

// Op and attributes, shapes, layouts, implementation, threads, processor, versions of this library and those
// it computes and allocates with, and `tier`, what slow memory is.
std::string kernel_key(const Lowered& lowered, framework::OpId id, const std::string& tier);
// Direction, threads, processor, versions and `tier`.
std::string copy_key(framework::Tier to, const std::string& tier);

class ProfileCache {
  public:
    // An empty path is no file. A file that cannot be understood is measured again; damaged() then says why,
    // and save() keeps it under another name. Throws DataError for a file that cannot be read.
    explicit ProfileCache(std::filesystem::path path);

    // A time in slow memory is never below the one in DRAM, whatever the file says: several of them, added
    // up, would else make times below 0.
    std::optional<framework::Timing> find(const std::string& key, framework::TierMask slow) const;
    // With another time in DRAM the kernel's others move as well: what slow memory adds is kept.
    void add(const std::string& key, const framework::Timing& timing);
    std::optional<framework::CopyCost> find_copy(const std::string& key) const;
    void add_copy(const std::string& key, const framework::CopyCost& cost);
    // Written beside and renamed, with what other processes have added meanwhile: one at a time does. Throws
    // DataError; then the file is as it was.
    void save() const;
    const std::string& damaged() const { return damaged_; }

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

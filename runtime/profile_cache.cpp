#include "runtime/profile_cache.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

#include "framework/error.h"
#include "framework/files.h"
#include "runtime/platform.h"

namespace runtime {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::Timing;
using Json = nlohmann::json;

namespace {

constexpr const char* format = "autotm kernel times 4";

// Held by one process at a time: the folder's, so that no file is left for it. Where a file system knows no
// locks, or somebody keeps it for long, there is none: the file is whole in any case.
class FolderLock {
  public:
    explicit FolderLock(const fs::path& file) {
        std::error_code error;
        const fs::path folder = fs::weakly_canonical(file, error).parent_path();
        descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        constexpr int tries = 500;
        for (int i = 0; i < tries && descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ~FolderLock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

  private:
    int descriptor_ = -1;
};

// The name that what cannot be read is kept under: one that nothing has.
fs::path kept_name(const fs::path& file) {
    fs::path kept = file.string() + ".damaged";
    std::error_code error;
    for (int more = 2; fs::exists(kept, error); ++more)
        kept = framework::text(file.string(), ".damaged.", more);
    return kept;
}

void print(std::ostream& out, const Layout& layout) {
    const dnnl_memory_desc_t& d = layout.data;
    out << ' ' << static_cast<int>(d.data_type);
    for (int axis = 0; axis < d.ndims; ++axis) {
        out << (axis ? 'x' : ' ') << d.dims[axis] << '/' << d.format_desc.blocking.strides[axis];
    }
    for (int block = 0; block < d.format_desc.blocking.inner_nblks; ++block) {
        out << ':' << d.format_desc.blocking.inner_blks[block] << '@'
            << d.format_desc.blocking.inner_idxs[block];
    }
}

}  // namespace

std::string kernel_key(const Lowered& lowered, framework::OpId id, const std::string& tier) {
    const framework::OpNode& node = lowered.graph.op(id);
    const Kernel& kernel = lowered.kernels[static_cast<std::size_t>(id)];
    std::ostringstream key;
    key << framework::kind_of(node.op) << " [" << framework::attributes(node.op) << "] reads";
    for (const Layout& layout : kernel.reads) print(key, layout);
    key << " writes";
    for (const Layout& layout : kernel.writes) print(key, layout);
    for (std::size_t slot = 0; slot < node.outputs.size(); ++slot) {
        if (lowered.graph.tensor(node.outputs[slot]).over) key << " over" << slot;
    }
    key << " | " << kernel.implementation << " | " << platform() << " | " << tier;
    return key.str();
}

std::string copy_key(framework::Tier to, const std::string& tier) {
    return framework::text("copy to ", framework::name_of(to), " | ", platform(), " | ", tier);
}

ProfileCache::Entries ProfileCache::read(const fs::path& path) {
    const std::vector<std::uint8_t> content = framework::read_file(path);
    const Json file = Json::parse(content.begin(), content.end());
    require<DataError>(file.at("format") == format, "it is of another format");
    Entries entries;
    for (const auto& [key, timings] : file.at("kernels").items()) {
        for (const Json& t : timings) {
            const Timing timing{t.at(0).get<framework::TierMask>(), t.at(1).get<double>(),
                                t.at(2).get<double>(), t.at(3).get<int>()};
            require<DataError>(
                timing.median > 0 && timing.median < 1e6 && timing.spread >= 0 && timing.runs >= 0,
                "a time is none");
            entries.kernels[key][timing.slow] = timing;
        }
    }
    for (const auto& [key, c] : file.at("copies").items()) {
        const framework::CopyCost cost{c.at(0).get<double>(), c.at(1).get<double>(), c.at(2).get<int>()};
        require<DataError>(cost.latency >= 0 && cost.bytes_per_s > 0 && cost.threads >= 0,
                           "a copy has no time");
        entries.copies[key] = cost;
    }
    return entries;
}

ProfileCache::ProfileCache(fs::path path) : path_(std::move(path)) {
    std::error_code error;
    if (path_.empty() || !fs::exists(path_, error)) return;
    require<DataError>(fs::is_regular_file(path_, error), path_.string(),
                       ": is no ordinary file; name one to keep kernel times in");
    if (fs::file_size(path_, error) == 0) return;
    try {
        entries_ = read(path_);
    } catch (const std::exception& failure) {
        damaged_ = framework::text("the kernel times in ", path_.string(), " cannot be used (",
                                   failure.what(), "): measured again; the file is kept as ",
                                   kept_name(path_).filename().string(), " and written anew");
    }
}

std::optional<Timing> ProfileCache::find(const std::string& key, framework::TierMask slow) const {
    const auto kernel = entries_.kernels.find(key);
    if (kernel == entries_.kernels.end()) return {};
    const auto timing = kernel->second.find(slow);
    return timing == kernel->second.end() ? std::nullopt : std::optional(timing->second);
}

void ProfileCache::add(const std::string& key, const Timing& timing) {
    auto& timings = entries_.kernels[key];
    const auto in_dram = timings.find(0);
    const framework::Seconds later =
        timing.slow == 0 && in_dram != timings.end() ? timing.median - in_dram->second.median : 0;
    for (auto& [slow, known] : timings) known.median += later;
    timings[timing.slow] = timing;
}

std::optional<framework::CopyCost> ProfileCache::find_copy(const std::string& key) const {
    const auto found = entries_.copies.find(key);
    return found == entries_.copies.end() ? std::nullopt : std::optional(found->second);
}

void ProfileCache::add_copy(const std::string& key, const framework::CopyCost& cost) {
    entries_.copies[key] = cost;
}

namespace {

// Times in slow memory belong to the one in DRAM that they were taken beside: of two processes' times of a
// kernel, those of one are kept, the one that knows more.
void join(std::map<framework::TierMask, Timing>& ours, std::map<framework::TierMask, Timing>& theirs) {
    const auto in_dram = [](const auto& timings) {
        const auto found = timings.find(0);
        return found == timings.end() ? -1.0 : found->second.median;
    };
    if (in_dram(ours) == in_dram(theirs)) {
        ours.merge(theirs);
    } else if (theirs.size() > ours.size()) {
        ours.swap(theirs);
    }
}

}  // namespace

std::string ProfileCache::print(const Entries& entries) {
    Json kernels = Json::object(), copies = Json::object();
    for (const auto& [key, timings] : entries.kernels) {
        Json list = Json::array();
        for (const auto& [slow, t] : timings) list.push_back({slow, t.median, t.spread, t.runs});
        kernels[key] = std::move(list);
    }
    for (const auto& [key, cost] : entries.copies)
        copies[key] = {cost.latency, cost.bytes_per_s, cost.threads};
    return Json{{"format", format}, {"kernels", std::move(kernels)}, {"copies", std::move(copies)}}.dump(1);
}

void ProfileCache::save() const {
    if (path_.empty()) return;
    const FolderLock lock(path_);
    Entries merged = entries_;
    std::error_code error;
    bool damaged = false;
    if (fs::exists(path_, error) && fs::file_size(path_, error) > 0) {
        try {
            Entries there = read(path_);
            for (auto& [key, timings] : there.kernels) join(merged.kernels[key], timings);
            merged.copies.merge(there.copies);
        } catch (const std::exception&) {
            damaged = true;
        }
    }
    framework::AtomicFile file(path_);
    const std::string content = print(merged);
    file.write(content.data(), content.size());
    if (damaged) {
        const fs::path kept = kept_name(path_);
        require<DataError>(fs::copy_file(path_, kept, error), path_.string(), ": cannot be kept as ",
                           kept.string(), ": ", error.message(), "; name another file");
    }
    file.replace();
}

}  // namespace runtime

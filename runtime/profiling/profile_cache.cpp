#include "runtime/profiling/profile_cache.h"

#include <algorithm>
#include <chrono>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/json.h"
#include "runtime/profiling/platform.h"

namespace runtime {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::Timing;
using Json = nlohmann::json;

namespace {

constexpr const char* format = "autotm kernel times 4";

// A lock that one process holds at a time. It locks the folder, so that no lock file is left behind. If the
// file system has no locks, or another process holds the lock for more than 5 s, goes on without it: the file
// is whole in any case, but may miss times of another process.
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

// The name that a damaged cache is kept under; no file has this name.
fs::path kept_name(const fs::path& file) {
    fs::path kept = file.string() + ".damaged";
    for (int more = 2; framework::is_there(kept); ++more)
        kept = framework::text(file.string(), ".damaged.", more);
    return kept;
}

void print(std::ostream& out, const Layout& layout) {
    out << ' ' << framework::name_of(layout.type.dtype);
    for (int axis = 0; axis < layout.shape().rank(); ++axis)
        out << (axis ? 'x' : ' ') << layout.shape()[axis] << '/' << layout.strides[axis];
    for (const Layout::Block& block : layout.blocks) {
        if (block.size > 0) out << ':' << block.size << '@' << block.axis;
    }
    if (layout.kind == Layout::Kind::opaque) out << " opaque " << layout.opaque_bytes;
}

}  // namespace

std::string kernel_key(const Lowered& lowered, framework::OpId id, const std::string& tier) {
    const framework::OpNode& node = lowered.graph.op(id);
    const Kernel& kernel = lowered.kernels[id];
    framework::TextStream key;
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

ProfileCache::Entries ProfileCache::read(std::span<const std::uint8_t> content) const {
    constexpr double most_seconds = 1e6;
    const framework::JsonFile file(path_.string(), content);
    const framework::Field root = file.root();
    if (root["format"].word() != format) root["format"].fail(framework::text('"', format, '"'));
    Entries entries;
    for (const auto& [key, timings] : root["kernels"].members()) {
        for (const framework::Field& field : timings.list()) {
            const auto t = field.list(4);
            const Timing timing{t[0].whole<framework::TierMask>(), t[1].number(1e-12, most_seconds),
                                t[2].number(0, most_seconds), t[3].whole()};
            entries.kernels[key][timing.slow] = timing;
        }
    }
    for (const auto& [key, field] : root["copies"].members()) {
        const auto c = field.list(3);
        entries.copies[key] = {c[0].number(0, most_seconds), c[1].number(1, 1e18), c[2].whole(0, 1 << 20)};
    }
    return entries;
}

ProfileCache::ProfileCache(fs::path path) : path_(std::move(path)) {
    if (path_.empty() || !framework::is_there(path_)) return;
    const std::vector<std::uint8_t> content = framework::read_file(path_);
    if (content.empty()) return;
    try {
        entries_ = read(content);
    } catch (const DataError& failure) {
        damaged_ =
            framework::text(failure.what(), "; its kernel times are measured again, and the file is kept as ",
                            kept_name(path_).filename().string());
    }
}

std::optional<Timing> ProfileCache::find(const std::string& key, framework::TierMask slow) const {
    const auto kernel = entries_.kernels.find(key);
    if (kernel == entries_.kernels.end()) return {};
    const auto timing = kernel->second.find(slow), in_dram = kernel->second.find(0);
    if (timing == kernel->second.end()) return {};
    Timing found = timing->second;
    if (in_dram != kernel->second.end()) found.median = std::max(found.median, in_dram->second.median);
    return found;
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

// Times in slow memory belong to the DRAM time measured with them. Of two processes' times of a kernel it
// keeps the larger set.
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
    return framework::print_json(
        Json{{"format", format}, {"kernels", std::move(kernels)}, {"copies", std::move(copies)}}, 1);
}

void ProfileCache::save() const {
    if (path_.empty()) return;
    const FolderLock lock(path_);
    Entries merged = entries_;
    // Throws if the file cannot be read, and leaves it alone: such a file is not damaged.
    const std::vector<std::uint8_t> there =
        framework::is_there(path_) ? framework::read_file(path_) : std::vector<std::uint8_t>();
    bool damaged = false;
    if (!there.empty()) {
        try {
            Entries known = read(there);
            for (auto& [key, timings] : known.kernels) join(merged.kernels[key], timings);
            merged.copies.merge(known.copies);
        } catch (const DataError&) {
            damaged = true;
        }
    }
    if (damaged) framework::write_file(kept_name(path_), there);
    framework::write_file(path_, print(merged));
}

}  // namespace runtime

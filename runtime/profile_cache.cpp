#include "runtime/profile_cache.h"

#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>
#include <omp.h>

#include "framework/error.h"
#include "framework/files.h"

namespace runtime {

using framework::Timing;
using Json = nlohmann::json;

namespace {

constexpr const char* format = "autotm kernel times 2";

const std::string& processor() {
    static const std::string name = [] {
        std::ifstream info("/proc/cpuinfo");
        for (std::string line; std::getline(info, line);) {
            if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
        }
        return std::string("unknown");
    }();
    return name;
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
    key << " | " << kernel.implementation << " oneDNN " << onednn_version() << " | " << omp_get_max_threads()
        << " threads of " << processor() << " | " << tier;
    return key.str();
}

std::string copy_key(framework::Tier to, const std::string& tier) {
    return framework::text("copy to ", framework::name_of(to), " | ", omp_get_max_threads(), " threads of ",
                           processor(), " | ", tier);
}

ProfileCache::Entries ProfileCache::read(const std::filesystem::path& path) {
    const std::vector<std::uint8_t> content = framework::read_file(path);
    const Json file = Json::parse(content.begin(), content.end());
    framework::require<framework::DataError>(file.at("format") == format, "it is of another format");
    Entries entries;
    for (const auto& [key, timings] : file.at("kernels").items()) {
        for (const Json& t : timings) {
            const Timing timing{t.at(0).get<framework::TierMask>(), t.at(1).get<double>(),
                                t.at(2).get<double>()};
            framework::require<framework::DataError>(timing.median >= 0 && timing.spread >= 0,
                                                     "a time is negative");
            entries.kernels[key][timing.slow] = timing;
        }
    }
    for (const auto& [key, c] : file.at("copies").items()) {
        const framework::CopyCost cost{c.at(0).get<double>(), c.at(1).get<double>(), c.at(2).get<int>()};
        framework::require<framework::DataError>(
            cost.latency >= 0 && cost.bytes_per_s > 0 && cost.threads >= 0, "a copy has no time");
        entries.copies[key] = cost;
    }
    return entries;
}

ProfileCache::ProfileCache(std::filesystem::path path) : path_(std::move(path)) {
    if (path_.empty() || !std::filesystem::exists(path_)) return;
    try {
        entries_ = read(path_);
    } catch (const std::exception& error) {
        damaged_ = framework::text("the kernel times in ", path_.string(), " cannot be used (", error.what(),
                                   "): measured again, and the file is written anew");
    }
}

std::optional<Timing> ProfileCache::find(const std::string& key, framework::TierMask slow) const {
    const auto kernel = entries_.kernels.find(key);
    if (kernel == entries_.kernels.end()) return {};
    const auto timing = kernel->second.find(slow);
    return timing == kernel->second.end() ? std::nullopt : std::optional(timing->second);
}

void ProfileCache::add(const std::string& key, const Timing& timing) {
    entries_.kernels[key][timing.slow] = timing;
}

std::optional<framework::CopyCost> ProfileCache::find_copy(const std::string& key) const {
    const auto found = entries_.copies.find(key);
    return found == entries_.copies.end() ? std::nullopt : std::optional(found->second);
}

void ProfileCache::add_copy(const std::string& key, const framework::CopyCost& cost) {
    entries_.copies[key] = cost;
}

void ProfileCache::save() const {
    if (path_.empty()) return;
    Entries merged = entries_;
    if (std::filesystem::exists(path_)) {
        try {
            Entries there = read(path_);
            for (auto& [key, timings] : there.kernels) merged.kernels[key].merge(timings);
            merged.copies.merge(there.copies);
        } catch (const std::exception&) {  // damaged: written anew
        }
    }
    Json kernels = Json::object(), copies = Json::object();
    for (const auto& [key, timings] : merged.kernels) {
        Json list = Json::array();
        for (const auto& [slow, t] : timings) list.push_back({slow, t.median, t.spread});
        kernels[key] = std::move(list);
    }
    for (const auto& [key, cost] : merged.copies)
        copies[key] = {cost.latency, cost.bytes_per_s, cost.threads};
    const Json file{{"format", format}, {"kernels", std::move(kernels)}, {"copies", std::move(copies)}};
    framework::write_file(path_, file.dump(1));
}

}  // namespace runtime

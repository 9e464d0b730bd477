#include "runtime/onednn/onednn.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "framework/base/error.h"
#include "runtime/onednn/version.h"

namespace runtime {

using dnnl::memory;
using framework::DType;
using framework::Shape;
using framework::TensorType;
using Tag = memory::format_tag;

namespace {

constexpr std::array data_types{memory::data_type::f32, memory::data_type::s32, memory::data_type::u8};
static_assert(data_types.size() == framework::dtypes.size());

memory::data_type data_type(DType type) {
    return data_types[static_cast<std::size_t>(type)];
}

Dims extents_of(const TensorType& type) {
    return {type.shape.begin(), type.shape.end()};
}

// Descriptors that no Layout can describe, by Layout::id. They are few, and kept for the life of the process.
class OpaqueDescriptors {
  public:
    int id_of(const Descriptor& descriptor) {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(known_, descriptor);
        if (found == known_.end()) known_.push_back(descriptor);
        return static_cast<int>(std::ranges::find(known_, descriptor) - known_.begin());
    }
    Descriptor operator[](int id) {
        const std::lock_guard lock(mutex_);
        return known_.at(static_cast<std::size_t>(id));
    }

  private:
    std::mutex mutex_;
    std::vector<Descriptor> known_;
};

OpaqueDescriptors& opaque() {
    static OpaqueDescriptors instance;
    return instance;
}

// oneDNN makes a blocked descriptor from a tag alone. The tags of each rank and sequence of blocks:
using Blocks = std::array<Layout::Block, Layout::max_blocks>;
struct Key {
    int rank;
    Blocks blocks;

    friend bool operator<(const Key& a, const Key& b) {
        const auto fields = [](const Layout::Block& block) { return std::pair(block.axis, block.size); };
        if (a.rank != b.rank) return a.rank < b.rank;
        return std::ranges::lexicographical_compare(a.blocks, b.blocks, {}, fields, fields);
    }
};

std::optional<Blocks> blocks_of(const Descriptor& descriptor) {
    const Dims sizes = block_sizes_of(descriptor), axes = block_axes_of(descriptor);
    Blocks blocks{};
    if (sizes.size() > blocks.size()) return {};
    for (std::size_t i = 0; i < sizes.size(); ++i) blocks[i] = {static_cast<int>(axes[i]), sizes[i]};
    return blocks;
}

std::map<Key, std::vector<Tag>> tags_by_blocks() {
    std::map<Key, std::vector<Tag>> found;
    for (int rank = 1; rank <= Shape::max_rank; ++rank) {
        const Dims dims(static_cast<std::size_t>(rank), 64);
        for (int tag = dnnl_format_tag_any + 1; tag < dnnl_format_tag_last; ++tag) {
            const Descriptor made(dims, memory::data_type::f32, static_cast<Tag>(tag), true);
            if (is_empty(made) || !is_strided(made)) continue;  // a tag of another rank
            if (const auto blocks = blocks_of(made)) found[{rank, *blocks}].push_back(static_cast<Tag>(tag));
        }
    }
    return found;
}

// The shape and dtype of a descriptor; empty if no TensorType can express them.
std::optional<TensorType> type_of(const Descriptor& descriptor) {
    const Dims dims = dims_of(descriptor);
    const auto type = std::ranges::find(data_types, data_type_of(descriptor));
    if (dims.size() > Shape::max_rank || type == data_types.end()) return {};
    return TensorType{Shape(std::span(dims)), static_cast<DType>(type - data_types.begin())};
}

// Reads strides and blocks only, not what else the descriptor may hold.
std::optional<Layout> strided_layout(const Descriptor& descriptor) {
    const std::optional<TensorType> type = type_of(descriptor);
    if (!type || !is_strided(descriptor)) return {};
    const std::optional<Blocks> blocks = blocks_of(descriptor);
    if (!blocks) return {};
    Layout layout{.kind = Layout::Kind::strided, .type = *type, .blocks = *blocks};
    std::ranges::copy(strides_of(descriptor), layout.strides.begin());
    return layout;
}

std::optional<Descriptor> strided_descriptor(const Layout& layout) {
    const Dims dims = extents_of(layout.type);
    const memory::data_type type = data_type(layout.type.dtype);
    if (layout.blocks[0].size == 0) {
        const Dims strides(layout.strides.begin(), layout.strides.begin() + layout.shape().rank());
        const Descriptor made(dims, type, strides, true);
        return is_empty(made) ? std::nullopt : std::optional(made);
    }
    static const std::map<Key, std::vector<Tag>> tags = tags_by_blocks();
    const auto candidates = tags.find({layout.shape().rank(), layout.blocks});
    if (candidates == tags.end()) return {};
    for (const Tag tag : candidates->second) {
        const Descriptor made(dims, type, tag);
        if (strided_layout(made) == layout) return made;
    }
    return {};
}

}  // namespace

dnnl::engine& engine() {
    static dnnl::engine instance(dnnl::engine::kind::cpu, 0);
    return instance;
}

dnnl::stream& stream() {
    thread_local dnnl::stream instance(engine());
    return instance;
}

Layout layout_of(const Descriptor& descriptor) {
    if (is_empty(descriptor)) return {};
    const std::optional<Layout> layout = strided_layout(descriptor);
    if (layout && strided_descriptor(*layout) == descriptor) return *layout;
    const auto bytes = static_cast<framework::Bytes>(descriptor.get_size());
    const std::optional<TensorType> type = type_of(descriptor);
    return {.kind = Layout::Kind::opaque,
            .type = type ? *type : TensorType{{bytes}, DType::u8},
            .id = opaque().id_of(descriptor),
            .opaque_bytes = bytes};
}

Descriptor descriptor_of(const Layout& layout) {
    if (layout.kind == Layout::Kind::unsettled) return {};
    if (layout.kind == Layout::Kind::opaque) return opaque()[layout.id];
    const std::optional<Descriptor> descriptor = strided_descriptor(layout);
    framework::require<framework::KernelError>(descriptor.has_value(),
                                               "oneDNN has no layout with the blocks of ",
                                               print_layout(layout), " ", layout.shape());
    return *descriptor;
}

Descriptor any_layout(const TensorType& type) {
    return {extents_of(type), data_type(type.dtype), Tag::any};
}

std::string onednn_version() {
    const dnnl_version_t* v = dnnl_version();
    return framework::text(v->major, '.', v->minor, '.', v->patch);
}

}  // namespace runtime

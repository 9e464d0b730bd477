#include "runtime/training/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <optional>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/json.h"
#include "framework/base/text.h"

namespace runtime {

using framework::DataError;
using framework::require;
using framework::text;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "safetensors arrays are little-endian");

namespace {

struct DtypeFacts {
    const char* name;
    std::size_t bytes;
};
// In the order of the enumerators.
constexpr std::array<DtypeFacts, 13> dtypes{{{"BOOL", 1},
                                             {"U8", 1},
                                             {"I8", 1},
                                             {"U16", 2},
                                             {"I16", 2},
                                             {"F16", 2},
                                             {"BF16", 2},
                                             {"U32", 4},
                                             {"I32", 4},
                                             {"F32", 4},
                                             {"U64", 8},
                                             {"I64", 8},
                                             {"F64", 8}}};

constexpr std::size_t length_bytes = 8;
constexpr std::size_t most_header = 100'000'000;  // the official reader's limit

std::string print(std::span<const std::int64_t> shape) {
    std::string out = "[";
    for (const std::int64_t extent : shape) out += (out.size() > 1 ? ", " : "") + std::to_string(extent);
    return out + "]";
}

// The bytes of an array; nothing if they do not fit into 63 bits.
std::optional<std::size_t> checked_bytes(Dtype dtype, std::span<const std::int64_t> shape) {
    std::int64_t total = static_cast<std::int64_t>(bytes(dtype));
    for (const std::int64_t extent : shape) {
        if (extent < 0 || __builtin_mul_overflow(total, extent, &total)) return {};
    }
    return static_cast<std::size_t>(total);
}

// The widest types first, so that every array is aligned to its own type.
std::vector<const StoredTensor*> in_file_order(std::span<const StoredTensor> tensors) {
    std::vector<const StoredTensor*> order;
    for (const StoredTensor& tensor : tensors) order.push_back(&tensor);
    std::stable_sort(order.begin(), order.end(), [](const StoredTensor* a, const StoredTensor* b) {
        return bytes(a->dtype) > bytes(b->dtype);
    });
    return order;
}

std::string header_of(const std::vector<const StoredTensor*>& order, const StoredMetadata& metadata) {
    json header = json::object();
    if (!metadata.empty()) header["__metadata__"] = metadata;
    std::size_t offset = 0;
    for (const StoredTensor* tensor : order) {
        const std::string stored_name = framework::utf8(tensor->name);
        require<DataError>(stored_name != "__metadata__" && !header.contains(stored_name), "tensor \"",
                           tensor->name, "\" cannot be stored: the name is taken");
        const std::size_t end = offset + tensor->bytes();
        header[stored_name] = {
            {"dtype", name(tensor->dtype)}, {"shape", tensor->shape}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string printed = framework::print_json(header);
    printed.resize((printed.size() + 7) / 8 * 8, ' ');
    return printed;
}

// One entry of a header. Its data are bytes [first, last) of the arrays.
struct Entry {
    StoredTensor tensor;
    std::size_t first = 0, last = 0;
};

Entry read_entry(const std::string& name, const framework::Field& fields) {
    Entry entry;
    entry.tensor.name = name;
    const std::string dtype = fields["dtype"].word();
    const auto known =
        std::find_if(dtypes.begin(), dtypes.end(), [&](const auto& d) { return dtype == d.name; });
    if (known == dtypes.end()) fields["dtype"].fail("a type such as \"F32\"");
    entry.tensor.dtype = static_cast<Dtype>(known - dtypes.begin());
    for (const framework::Field& extent : fields["shape"].list())
        entry.tensor.shape.push_back(extent.whole<std::int64_t>());
    const auto offsets = fields["data_offsets"].list(2);
    entry.first = offsets[0].whole<std::size_t>(0, INT64_MAX);
    entry.last = offsets[1].whole<std::size_t>(0, INT64_MAX);
    const auto expected = checked_bytes(entry.tensor.dtype, entry.tensor.shape);
    if (!expected) fields["shape"].fail("a shape whose bytes can be counted");
    if (entry.first > entry.last || *expected != entry.last - entry.first)
        fields["data_offsets"].fail(text("a range of ", *expected, " bytes, as its type and shape have"));
    return entry;
}

}  // namespace

const char* name(Dtype dtype) {
    return dtypes[static_cast<std::size_t>(dtype)].name;
}
std::size_t bytes(Dtype dtype) {
    return dtypes[static_cast<std::size_t>(dtype)].bytes;
}

std::size_t StoredTensor::bytes() const {
    const auto total = checked_bytes(dtype, shape);
    require<DataError>(total.has_value(), "tensor \"", name, "\" has the impossible shape ", print(shape));
    return *total;
}

std::string print(const StoredTensor& tensor) {
    return name(tensor.dtype) + (" " + print(tensor.shape));
}

void write_safetensors(const std::filesystem::path& path, std::span<const StoredTensor> tensors,
                       const StoredMetadata& metadata) {
    const auto order = in_file_order(tensors);
    const std::string header = header_of(order, metadata);
    const std::uint64_t length = header.size();
    framework::AtomicFile file(path);
    file.write(&length, length_bytes);
    file.write(header.data(), header.size());
    for (const StoredTensor* tensor : order) file.write(tensor->data, tensor->bytes());
    file.commit();
}

Safetensors::Safetensors(std::filesystem::path path) : path_(std::move(path)) {
    const auto reason = [] { return std::generic_category().message(errno); };
    // O_NONBLOCK: a pipe is refused below, without waiting for somebody to write to it.
    const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    require<DataError>(descriptor >= 0, path_.string(), ": cannot be opened: ", reason());
    struct stat status {};
    const bool known = ::fstat(descriptor, &status) == 0, ordinary = known && S_ISREG(status.st_mode);
    size_ = ordinary ? static_cast<std::size_t>(status.st_size) : 0;
    void* mapped = size_ == 0 ? MAP_FAILED : ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    const std::string why = known && !ordinary ? "it is no ordinary file" : reason();
    ::close(descriptor);
    require<DataError>(!ordinary || size_ > 0, path_.string(), ": is empty; a safetensors file is expected");
    require<DataError>(mapped != MAP_FAILED, path_.string(), ": cannot be read: ", why);
    file_ = static_cast<const std::uint8_t*>(mapped);
    watched_.emplace(mapped, size_, path_.string() + ": was cut while it was read; give another checkpoint");
    try {
        read_header();
    } catch (...) {
        ::munmap(mapped, size_);
        throw;
    }
}

Safetensors::~Safetensors() {
    ::munmap(const_cast<std::uint8_t*>(file_), size_);
}

void Safetensors::read_header() {
    const auto require_whole = [&](bool holds, const auto&... parts) {
        require<DataError>(holds, path_.string(), ": damaged safetensors file: ", parts...);
    };
    require_whole(size_ >= length_bytes, "it has ", size_, " bytes, but starts with a length of ",
                  length_bytes);
    std::uint64_t length = 0;
    std::copy(file_, file_ + length_bytes, reinterpret_cast<std::uint8_t*>(&length));
    require_whole(length <= most_header && length <= size_ - length_bytes, "its header is to be ", length,
                  " bytes, but the file has ", size_);
    const std::uint8_t* arrays = file_ + length_bytes + length;
    const std::size_t array_bytes = size_ - length_bytes - length;
    const framework::JsonFile header(text(path_.string(), ": header"), {file_ + length_bytes, arrays});
    std::vector<Entry> entries;
    for (const auto& [name, field] : header.root().members()) {
        if (name == "__metadata__") {
            for (const auto& [key, value] : field.members()) metadata_[key] = value.word();
        } else {
            entries.push_back(read_entry(name, field));
        }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.first, a.last, a.tensor.name) < std::tie(b.first, b.last, b.tensor.name);
    });
    std::size_t end = 0;
    for (Entry& entry : entries) {
        const std::string shown = framework::in_quotes(entry.tensor.name);
        require_whole(entry.first == end, "tensor ", shown, " starts at ", entry.first, " where ", end,
                      " is next");
        end = entry.last;
        require_whole(end <= array_bytes, "tensor ", shown, " ends at ", end, ", but only ", array_bytes,
                      " bytes of arrays are there; it is cut short");
        entry.tensor.data = arrays + entry.first;
        tensors_.push_back(std::move(entry.tensor));
    }
    require_whole(end == array_bytes, array_bytes - end, " bytes follow the last tensor");
}

bool Safetensors::contains(std::string_view name) const {
    return std::any_of(
        tensors_.begin(), tensors_.end(),
        [&, stored = framework::utf8(name)](const auto& tensor) { return tensor.name == stored; });
}

const StoredTensor& Safetensors::at(std::string_view name) const {
    const auto found = std::find_if(
        tensors_.begin(), tensors_.end(),
        [&, stored = framework::utf8(name)](const auto& tensor) { return tensor.name == stored; });
    require<DataError>(found != tensors_.end(), path_.string(), ": holds no tensor \"", name, "\"");
    return *found;
}

const StoredTensor& Safetensors::at(std::string_view name, Dtype dtype,
                                    std::span<const std::int64_t> shape) const {
    const StoredTensor& tensor = at(name);
    require<DataError>(tensor.dtype == dtype &&
                           std::equal(tensor.shape.begin(), tensor.shape.end(), shape.begin(), shape.end()),
                       path_.string(), ": tensor \"", name, "\" is ", print(tensor), ", but ",
                       runtime::name(dtype), " ", print(shape), " is wanted");
    return tensor;
}

}  // namespace runtime

// The safetensors format of checkpoints: named arrays and a map of strings in one file that every framework
// reads. https://github.com/huggingface/safetensors: the length of the header (8 bytes, little-endian), the
// header (JSON, padded with spaces), then the arrays, one after the other without a gap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/memory/watched_mapping.h"

namespace runtime {

enum class Dtype { boolean, u8, i8, u16, i16, f16, bf16, u32, i32, f32, u64, i64, f64 };

const char* name(Dtype dtype);  // "F32", as in a header
std::size_t bytes(Dtype dtype);

// An array in memory that someone else owns, row-major.
struct StoredTensor {
    std::string name;
    Dtype dtype = Dtype::f32;
    std::vector<std::int64_t> shape;  // empty for a single number
    const void* data = nullptr;

    std::size_t bytes() const;
};

std::string print(const StoredTensor& tensor);  // type and shape: "F32 [2, 3]"

using StoredMetadata = std::map<std::string, std::string>;

// Writes a temporary file next to `path` and renames it, so that `path` is always either the old file or the
// complete new one. The same content gives the same bytes. Throws DataError if it cannot be written, or if a
// name comes twice.
void write_safetensors(const std::filesystem::path& path, std::span<const StoredTensor> tensors,
                       const StoredMetadata& metadata = {});

// A file mapped into memory. Its arrays are valid as long as it lives. Files from other programs may have
// unaligned arrays: copy them, do not read them in place.
class Safetensors {
  public:
    // Throws DataError, which names the file and what is wrong with it.
    explicit Safetensors(std::filesystem::path path);
    ~Safetensors();
    Safetensors(const Safetensors&) = delete;
    Safetensors& operator=(const Safetensors&) = delete;

    const StoredMetadata& metadata() const { return metadata_; }
    const std::vector<StoredTensor>& tensors() const { return tensors_; }  // in the order of their bytes

    bool contains(std::string_view name) const;

    // Throws DataError if there is no array of this name, or if it has another type or shape.
    const StoredTensor& at(std::string_view name) const;
    const StoredTensor& at(std::string_view name, Dtype dtype, std::span<const std::int64_t> shape) const;

  private:
    void read_header();

    std::filesystem::path path_;
    const std::uint8_t* file_ = nullptr;
    std::size_t size_ = 0;
    std::optional<WatchedMapping> watched_;
    StoredMetadata metadata_;
    std::vector<StoredTensor> tensors_;
};

}  // namespace runtime

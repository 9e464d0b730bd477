// PNG files whose chunks get the checksums that belong to them: a changed byte would else be refused as a
// wrong checksum before anything reads it.
#include <array>
#include <cstring>

#include "runtime/data/codec.h"
#include "tests/fuzz/harness.h"

using namespace runtime::data;

namespace {

constexpr std::array<std::uint8_t, 8> signature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

std::uint32_t crc32(fuzz::Input bytes) {
    std::uint32_t crc = ~0U;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

std::uint32_t big_endian(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
           bytes[3];
}

// A chunk: length of its data (4 bytes), kind (4), data, checksum of kind and data (4).
std::vector<std::uint8_t> with_checksums(fuzz::Input input) {
    std::vector<std::uint8_t> png(input.begin(), input.end());
    if (png.size() < signature.size()) return png;
    std::memcpy(png.data(), signature.data(), signature.size());
    for (std::size_t at = signature.size(); png.size() - at >= 12;) {
        const std::size_t data = big_endian(&png[at]);
        if (data > png.size() - at - 12) break;
        const std::uint32_t crc = crc32({&png[at + 4], data + 4});
        for (std::size_t i = 0; i < 4; ++i)
            png[at + 8 + data + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
        at += data + 12;
    }
    return png;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge([&] {
        const Image image = decode_image(fuzz::write("image", with_checksums({data, size})));
        if (image.shape.area() > 1 << 20) return;  // what follows takes seconds under sanitizers
        std::vector<std::uint8_t> small(std::size_t{8} * 8);
        fit(image, {1, 8, 8}, small.data());
    });
}

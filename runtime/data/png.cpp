// PNG, through libpng.
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include <png.h>

#include "runtime/data/codec.h"
#include "runtime/data/formats.h"
#include "runtime/data/orientation.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;

namespace {

// What the chunks of a PNG say that matters before libpng sees them.
struct Survey {
    std::size_t width = 0, height = 0;
    int orientation = 1;
};

// Calls chunk(kind, data) for every chunk. libpng allocates memory for a chunk before it checks that its
// bytes are there: up to 2 GiB for a damaged length. So this throws if one is longer than the file.
template <class Visit>
void for_each_chunk(std::span<const std::uint8_t> content, const fs::path& path, Visit chunk) {
    constexpr std::size_t signature = 8, around = 12;  // around: length, kind, and checksum of a chunk
    for (std::size_t at = signature; content.size() - at >= around;) {
        const std::size_t data = png_get_uint_32(&content[at]), left = content.size() - at - around;
        const std::string_view kind(reinterpret_cast<const char*>(&content[at + 4]), 4);
        if (kind == "IEND") return;
        require_intact(data <= left, path, "PNG", "a part of ", data, " bytes is to follow, but ", left,
                       " are left");
        chunk(kind, content.subspan(at + 8, data));
        at += around + data;
    }
}

Survey survey(std::span<const std::uint8_t> content, const fs::path& path) {
    Survey found;
    for_each_chunk(content, path, [&](std::string_view kind, std::span<const std::uint8_t> data) {
        if (kind == "IHDR" && data.size() >= 8 && found.width == 0) {
            found.width = png_get_uint_32(&data[0]);
            found.height = png_get_uint_32(&data[4]);
        }
        if (kind == "eXIf") found.orientation = exif_orientation(data);
    });
    return found;
}

// A byte of deflate stands for 1032 bytes at most, and those for 8 pixels each.
void require_size(const Survey& found, std::size_t bytes, const fs::path& path) {
    require_plausible(path, found.width, found.height, bytes, std::size_t{8} * 1032);
    require<DataError>(found.width <= PNG_USER_WIDTH_MAX && found.height <= PNG_USER_HEIGHT_MAX,
                       path.string(), ": claims to be ", found.width, " x ", found.height,
                       " pixels; a side of a PNG may have ", PNG_USER_WIDTH_MAX, ", so make it smaller");
}

// libpng reports errors through a callback that must not return. It is C, so the callback jumps instead of
// throwing. The functions that may be jumped out of have no object with a destructor.
struct Failure {
    std::array<char, 200> message;
    bool out_of_memory;
};

[[noreturn]] void jump_out(png_structp png, const char* message) {
    auto* failure = static_cast<Failure*>(png_get_error_ptr(png));
    std::snprintf(failure->message.data(), failure->message.size(), "%s", message);
    png_longjmp(png, 1);
}

void* allocate(png_structp png, std::size_t bytes) {
    void* memory = std::malloc(bytes);
    if (memory == nullptr) static_cast<Failure*>(png_get_mem_ptr(png))->out_of_memory = true;
    return memory;
}

void pass_over_warning(png_structp, const char*) {}

void read_from_memory(png_structp png, std::uint8_t* to, std::size_t count) {
    auto* left = static_cast<std::span<const std::uint8_t>*>(png_get_io_ptr(png));
    if (count > left->size()) png_error(png, "the file ends within the image");
    std::memcpy(to, left->data(), count);
    *left = left->subspan(count);
}

// Asks for three channels of 8 bits, and a fourth if anything is transparent. The simplified interface of
// libpng would do it too, but that of Debian 12 mixes up the rows of interlaced images of 16 bits.
void set_transformations(png_structp png, png_infop info) {
    png_set_expand(png);
    png_set_gray_to_rgb(png);
    png_set_scale_16(png);
    png_fixed_point gamma = 0;
    const bool says_srgb = png_get_valid(png, info, PNG_INFO_sRGB) != 0;
    if (!says_srgb && png_get_gAMA_fixed(png, info, &gamma) != 0)
        png_set_gamma_fixed(png, PNG_DEFAULT_sRGB, gamma);
}

// Ignores all chunks but those that say how to decode the pixels.
void ignore_other_chunks(png_structp png) {
    constexpr std::array<png_byte, 10> used{'g', 'A', 'M', 'A', 0, 's', 'R', 'G', 'B', 0};
    png_set_benign_errors(png, 1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, used.data(), used.size() / 5);
}

// Reads the header, which gives `shape`, and the pixels unless `pixels` is null.
void read_png(png_structp png, png_infop info, ImageShape& shape, std::uint8_t* pixels) {
    ignore_other_chunks(png);
    png_read_info(png, info);
    set_transformations(png, info);
    const int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    shape = {png_get_channels(png, info), static_cast<int>(png_get_image_height(png, info)),
             static_cast<int>(png_get_image_width(png, info))};
    const std::size_t row = static_cast<std::size_t>(shape.channels) * static_cast<std::size_t>(shape.width);
    for (int pass = 0; pixels != nullptr && pass < passes; ++pass) {
        for (std::size_t y = 0; y < static_cast<std::size_t>(shape.height); ++y)
            png_read_row(png, pixels + y * row, nullptr);
    }
}

// Decodes in two calls, so that the caller can allocate `pixels` in between. If `pixels` is null it reads
// only the header. Returns false, with the reason in `failure`, if libpng gives up.
bool run_png(Failure& failure, std::span<const std::uint8_t> content, ImageShape& shape,
             std::uint8_t* pixels) {
    png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &failure, jump_out, pass_over_warning,
                                               &failure, allocate, nullptr);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    if (info == nullptr || setjmp(png_jmpbuf(png)) != 0) {
        png_destroy_read_struct(&png, &info, nullptr);
        return false;
    }
    png_set_read_fn(png, &content, read_from_memory);
    read_png(png, info, shape, pixels);
    png_destroy_read_struct(&png, &info, nullptr);
    return true;
}

void require_read(bool read, const Failure& failure, const fs::path& path) {
    if (!read && failure.out_of_memory) throw std::bad_alloc();
    require_intact(read, path, "PNG", failure.message.data());
}

}  // namespace

bool is_png(std::span<const std::uint8_t> content) {
    return content.size() >= 8 && png_sig_cmp(content.data(), 0, 8) == 0;
}

Image decode_png(std::span<const std::uint8_t> content, const fs::path& path) {
    const Survey found = survey(content, path);
    require_size(found, content.size(), path);
    Failure failure{};
    ImageShape shape;
    require_read(run_png(failure, content, shape, nullptr), failure, path);
    std::vector<std::uint8_t> pixels(shape.bytes());
    require_read(run_png(failure, content, shape, pixels.data()), failure, path);
    Image image = upright(pixels, shape, found.orientation);
    return shape.channels == 4 ? multiplied_by_fourth(std::move(image)) : image;
}

std::vector<std::uint8_t> encode_png(const Image& image) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(image.shape.width);
    png.height = static_cast<png_uint_32>(image.shape.height);
    png.format = image.shape.channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    const std::vector<std::uint8_t> pixels = interleaved(image);
    std::vector<std::uint8_t> out(PNG_IMAGE_PNG_SIZE_MAX(png));
    png_alloc_size_t size = out.size();
    require<DataError>(png_image_write_to_memory(&png, out.data(), &size, 0, pixels.data(), 0, nullptr) != 0,
                       "an image of ", image.shape, " cannot be written as PNG: ", png.message);
    out.resize(size);
    return out;
}

}  // namespace runtime::data

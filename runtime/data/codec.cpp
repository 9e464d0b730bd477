#include "runtime/data/codec.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <csetjmp>
#include <cstdio>  // must come before jpeglib.h
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <jerror.h>
#include <jpeglib.h>
#include <png.h>

#include "framework/base/error.h"
#include "framework/base/files.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

// A larger image is not read: it would take more than 1.5 GiB while it is decoded.
constexpr std::size_t most_pixels = std::size_t{1} << 28;
constexpr std::size_t most_arithmetic_pixels = std::size_t{1} << 24;  // of a JPEG with arithmetic coding

// The header of a damaged file may claim any size, so memory is only given to images that a file of its
// length can hold. `per_byte`: the most pixels that a byte of this format can hold.
void require_plausible(const fs::path& path, std::size_t width, std::size_t height, std::size_t bytes,
                       std::size_t per_byte, std::size_t most = most_pixels) {
    require<DataError>(width * height <= most, path.string(), ": claims to be ", width, " x ", height,
                       " pixels; at most ", most, " pixels are read, so make it smaller");
    require<DataError>(width * height <= bytes * per_byte, path.string(), ": claims to be ", width, " x ",
                       height, " pixels, more than its ", bytes,
                       " bytes can hold; fetch the file again or remove it");
}

template <class... Parts>
void require_intact(bool holds, const fs::path& path, const char* format, const Parts&... why) {
    require<DataError>(holds, path.string(), ": damaged ", format, ": ", why...,
                       "; fetch the file again or remove it");
}

std::vector<std::uint8_t> planes(const std::vector<std::uint8_t>& interleaved, ImageShape shape) {
    const auto channels = static_cast<std::size_t>(shape.channels);
    std::vector<std::uint8_t> out(shape.bytes());
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < shape.area(); ++i)
            out[c * shape.area() + i] = interleaved[i * channels + c];
    }
    return out;
}

std::vector<std::uint8_t> interleaved(const Image& image) {
    const auto channels = static_cast<std::size_t>(image.shape.channels);
    const std::size_t area = image.shape.area();
    std::vector<std::uint8_t> out(image.shape.bytes());
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < area; ++i) out[i * channels + c] = image.pixels[c * area + i];
    }
    return out;
}

// libpng allocates memory for a chunk before it checks that its bytes are there: up to 2 GiB for a damaged
// length. So this checks the lengths of all chunks first.
void require_whole_chunks(std::span<const std::uint8_t> content, const fs::path& path) {
    constexpr std::size_t signature = 8, around = 12;  // around: length, kind, and checksum of a chunk
    const auto is_last = [&](std::size_t at) { return std::memcmp(&content[at + 4], "IEND", 4) == 0; };
    for (std::size_t at = signature; content.size() - at >= around && !is_last(at);) {
        const std::size_t data = png_get_uint_32(&content[at]), left = content.size() - at - around;
        require_intact(data <= left, path, "PNG", "a part of ", data, " bytes is to follow, but ", left,
                       " are left");
        at += around + data;
    }
}

Image decode_png(std::span<const std::uint8_t> content, const fs::path& path) {
    require_whole_chunks(content, path);
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    const std::unique_ptr<png_image, decltype(&png_image_free)> owner(&png, &png_image_free);
    const bool begun = png_image_begin_read_from_memory(&png, content.data(), content.size()) != 0;
    require_intact(begun, path, "PNG", png.message);
    // A byte of deflate stands for 1032 bytes at most, and those for 8 pixels each.
    require_plausible(path, png.width, png.height, content.size(), 8 * 1032);
    png.format = PNG_FORMAT_RGB;
    const ImageShape shape{3, static_cast<int>(png.height), static_cast<int>(png.width)};
    std::vector<std::uint8_t> pixels(shape.bytes());
    const bool finished = png_image_finish_read(&png, nullptr, pixels.data(), 0, nullptr) != 0;
    require_intact(finished, path, "PNG", png.message);
    return {shape, planes(pixels, shape)};
}

// libjpeg reports errors through callbacks that must not return. It is C, so the callbacks jump instead of
// throwing. The functions that call setjmp therefore have no object with a destructor.
struct JpegErrors {
    jpeg_error_mgr base;  // must be first: libjpeg passes its address to the callbacks
    std::jmp_buf jump;
    std::array<char, JMSG_LENGTH_MAX> message;
};

[[noreturn]] void jump_out(j_common_ptr jpeg) {
    auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
    jpeg->err->format_message(jpeg, errors->message.data());
    std::longjmp(errors->jump, 1);
}

// Missing data is only a warning to libjpeg, which fills in gray; here it counts as damage. Other warnings
// are harmless.
void judge_warning(j_common_ptr jpeg, int level) {
    const int code = jpeg->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER)) jump_out(jpeg);
}

void install(JpegErrors& errors) {
    jpeg_std_error(&errors.base);
    errors.base.error_exit = jump_out;
    errors.base.emit_message = judge_warning;
    errors.message = {};
}

struct JpegHeader {
    ImageShape shape;         // as stored: three channels of light, or four of ink
    bool arithmetic = false;  // arithmetic coding, else Huffman
    bool adobe = false;       // ink as Adobe's programs write it: 255 is no ink
};

// Decodes in two calls, so that the caller can allocate `pixels` in between. If `pixels` is null it reads
// only the header.
bool run_jpeg(JpegErrors& errors, std::span<const std::uint8_t> content, JpegHeader& header,
              std::uint8_t* pixels) {
    jpeg_decompress_struct jpeg{};
    jpeg.err = &errors.base;
    if (setjmp(errors.jump) != 0) {
        jpeg_destroy_decompress(&jpeg);
        return false;
    }
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, content.data(), static_cast<unsigned long>(content.size()));
    jpeg_read_header(&jpeg, TRUE);
    const bool inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    header = {
        .shape = {inks ? 4 : 3, static_cast<int>(jpeg.image_height), static_cast<int>(jpeg.image_width)},
        .arithmetic = jpeg.arith_code != 0,
        .adobe = jpeg.saw_Adobe_marker != 0};
    if (pixels != nullptr) {
        jpeg.out_color_space = inks ? JCS_CMYK : JCS_RGB;
        jpeg.dct_method = JDCT_ISLOW;
        jpeg_start_decompress(&jpeg);
        while (jpeg.output_scanline < jpeg.output_height) {
            JSAMPROW row = pixels + std::size_t{jpeg.output_scanline} * jpeg.output_width * (inks ? 4 : 3);
            jpeg_read_scanlines(&jpeg, &row, 1);
        }
        jpeg_finish_decompress(&jpeg);
    }
    jpeg_destroy_decompress(&jpeg);
    return true;
}

// Converts an image of cyan, magenta, yellow and black ink (CMYK) to RGB: red is the light that passes
// through cyan and black, and so on.
Image light_of(Image inks, bool adobe) {
    const std::size_t area = inks.shape.area();
    const auto passes = [adobe](std::uint8_t ink) { return adobe ? ink : 255 - ink; };
    for (std::size_t i = 0; i < 3 * area; ++i) {
        const int product = passes(inks.pixels[i]) * passes(inks.pixels[3 * area + i % area]);
        inks.pixels[i] = static_cast<std::uint8_t>((product + 127) / 255);
    }
    inks.shape.channels = 3;
    inks.pixels.resize(3 * area);
    return inks;
}

Image decode_jpeg(std::span<const std::uint8_t> content, const fs::path& path) {
    JpegErrors errors;
    install(errors);
    JpegHeader header;
    const bool begun = run_jpeg(errors, content, header, nullptr);
    require_intact(begun, path, "JPEG", errors.message.data());
    const ImageShape shape = header.shape;
    const auto width = static_cast<std::size_t>(shape.width), height = static_cast<std::size_t>(shape.height);
    // A Huffman code takes a bit at least, and one stands for 128 pixels at most: a block of 8 x 8 pixels, in
    // twice as many pixels where two channels are subsampled in different directions. An arithmetic code has
    // no such bound.
    if (header.arithmetic) {
        require_plausible(path, width, height, content.size(), most_pixels, most_arithmetic_pixels);
    } else {
        require_plausible(path, width, height, content.size(), 8 * 128);
    }
    std::vector<std::uint8_t> pixels(shape.bytes());
    const bool finished = run_jpeg(errors, content, header, pixels.data());
    require_intact(finished, path, "JPEG", errors.message.data());
    Image image{shape, planes(pixels, shape)};
    if (shape.channels == 4) return light_of(std::move(image), header.adobe);
    return image;
}

bool write_jpeg(JpegErrors& errors, const std::uint8_t* pixels, ImageShape shape, int quality,
                unsigned char** out, unsigned long* size) {
    jpeg_compress_struct jpeg{};
    jpeg.err = &errors.base;
    if (setjmp(errors.jump) != 0) {
        jpeg_destroy_compress(&jpeg);
        return false;
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, out, size);
    jpeg.image_width = static_cast<JDIMENSION>(shape.width);
    jpeg.image_height = static_cast<JDIMENSION>(shape.height);
    jpeg.input_components = shape.channels;
    jpeg.in_color_space = shape.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    const std::size_t stride =
        static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.channels);
    while (jpeg.next_scanline < jpeg.image_height) {
        JSAMPROW row = const_cast<JSAMPROW>(pixels + jpeg.next_scanline * stride);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return true;
}

}  // namespace

bool is_image_name(const fs::path& path) {
    std::string end = path.extension().string();
    std::transform(end.begin(), end.end(), end.begin(), [](unsigned char c) { return std::tolower(c); });
    return end == ".png" || end == ".jpg" || end == ".jpeg";
}

Image decode_image(const fs::path& path) {
    const std::vector<std::uint8_t> content = framework::read_file(path);
    require<DataError>(!content.empty(), path.string(), ": is empty; a PNG or JPEG image is expected");
    if (content.size() >= 8 && png_sig_cmp(content.data(), 0, 8) == 0) return decode_png(content, path);
    if (content.size() >= 2 && content[0] == 0xff && content[1] == 0xd8) return decode_jpeg(content, path);
    throw DataError(text(path.string(), ": is neither a PNG nor a JPEG image"));
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

std::vector<std::uint8_t> encode_jpeg(const Image& image, int quality) {
    JpegErrors errors;
    install(errors);
    const std::vector<std::uint8_t> pixels = interleaved(image);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const bool written = write_jpeg(errors, pixels.data(), image.shape, quality, &bytes, &size);
    const std::unique_ptr<unsigned char, decltype(&std::free)> owner(bytes, &std::free);
    require<DataError>(written, "an image of ", image.shape,
                       " cannot be written as JPEG: ", errors.message.data());
    return {bytes, bytes + size};
}

}  // namespace runtime::data

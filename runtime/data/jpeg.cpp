// JPEG, through libjpeg.
#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>  // must come before jpeglib.h
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include <jerror.h>
#include <jpeglib.h>

#include "runtime/data/codec.h"
#include "runtime/data/formats.h"
#include "runtime/data/orientation.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;

namespace {

constexpr std::size_t most_arithmetic_pixels = std::size_t{1} << 24;  // of a JPEG with arithmetic coding

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

// Throws if libjpeg gave up: `read` is false.
void require_read(bool read, const JpegErrors& errors, const fs::path& path) {
    constexpr std::array of_another_kind{
        JERR_ARITH_NOTIMPL,        JERR_BAD_PRECISION, JERR_COMPONENT_COUNT, JERR_CONVERSION_NOTIMPL,
        JERR_FRACT_SAMPLE_NOTIMPL, JERR_IMAGE_TOO_BIG, JERR_NOT_COMPILED,    JERR_SOF_UNSUPPORTED};
    if (!read && errors.base.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
    require<DataError>(
        read || std::ranges::find(of_another_kind, errors.base.msg_code) == of_another_kind.end(),
        path.string(), ": is a JPEG of a kind that is not read: ", errors.message.data(), "; save it as PNG");
    require_intact(read, path, "JPEG", errors.message.data());
}

struct JpegHeader {
    ImageShape shape;  // as stored: three channels of light, or four of ink
    int orientation = 1;
    bool arithmetic = false;  // arithmetic coding, else Huffman
    bool adobe = false;       // ink as Adobe's programs write it: 255 is no ink
};

// The orientation in the first Exif marker among those that were kept.
int orientation_of(const jpeg_decompress_struct& jpeg) {
    constexpr std::string_view name("Exif\0\0", 6);
    for (jpeg_saved_marker_ptr marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
        const std::span<const std::uint8_t> data(marker->data, marker->data_length);
        if (data.size() >= name.size() && std::equal(name.begin(), name.end(), data.begin()))
            return exif_orientation(data.subspan(name.size()));
    }
    return 1;
}

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
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xffff);  // where Exif data is
    jpeg_read_header(&jpeg, TRUE);
    const bool inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    header = {
        .shape = {inks ? 4 : 3, static_cast<int>(jpeg.image_height), static_cast<int>(jpeg.image_width)},
        .orientation = orientation_of(jpeg),
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
    if (!adobe) {
        for (std::uint8_t& ink : inks.pixels) ink = static_cast<std::uint8_t>(255 - ink);
    }
    return multiplied_by_fourth(std::move(inks));
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

bool is_jpeg(std::span<const std::uint8_t> content) {
    return content.size() >= 2 && content[0] == 0xff && content[1] == 0xd8;
}

Image decode_jpeg(std::span<const std::uint8_t> content, const fs::path& path) {
    JpegErrors errors;
    install(errors);
    JpegHeader header;
    const bool begun = run_jpeg(errors, content, header, nullptr);
    require_read(begun, errors, path);
    const ImageShape shape = header.shape;
    const auto width = static_cast<std::size_t>(shape.width), height = static_cast<std::size_t>(shape.height);
    // A Huffman code takes a bit at least, and one stands for 128 pixels at most: a block of 8 x 8 pixels, in
    // twice as many pixels where two channels are subsampled in different directions. An arithmetic code has
    // no such bound.
    if (header.arithmetic) {
        require_plausible(path, width, height, content.size(), most_pixels, most_arithmetic_pixels);
    } else {
        require_plausible(path, width, height, content.size(), std::size_t{8} * 128);
    }
    std::vector<std::uint8_t> pixels(shape.bytes());
    const bool finished = run_jpeg(errors, content, header, pixels.data());
    require_read(finished, errors, path);
    Image image = upright(pixels, shape, header.orientation);
    if (shape.channels == 4) return light_of(std::move(image), header.adobe);
    return image;
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

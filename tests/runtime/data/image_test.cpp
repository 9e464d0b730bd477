#include "runtime/data/image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>  // jpeglib.h needs it before itself
#include <cstdlib>
#include <memory>
#include <tuple>

#include <doctest/doctest.h>
#include <jpeglib.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "runtime/data/random.h"
#include "tests/support/temporary_folder.h"

using namespace runtime::data;
namespace fs = std::filesystem;

namespace {

void overwrite(const fs::path& file, std::size_t at, const std::vector<std::uint8_t>& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) overwrite_byte(file, at + i, bytes[i]);
}

Image noise(ImageShape shape) {
    Image image{shape, std::vector<std::uint8_t>(shape.bytes())};
    Random random(shape.height, shape.width);
    for (auto& value : image.pixels) value = static_cast<std::uint8_t>(random.below(256));
    return image;
}

// A JPEG of 16 x 16 pixels of one mixture of inks.
std::vector<std::uint8_t> encode_inks(const std::array<int, 4>& inks) {
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = jpeg.image_height = 16;
    jpeg.input_components = 4;
    jpeg.in_color_space = JCS_CMYK;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    jpeg_start_compress(&jpeg, TRUE);
    std::vector<JSAMPLE> line;
    for (int x = 0; x < 16; ++x) {
        for (const int ink : inks) line.push_back(static_cast<JSAMPLE>(ink));
    }
    JSAMPROW row = line.data();
    while (jpeg.next_scanline < jpeg.image_height) jpeg_write_scanlines(&jpeg, &row, 1);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    const std::unique_ptr<unsigned char, decltype(&std::free)> owner(bytes, &std::free);
    return {bytes, bytes + size};
}

Image ramp(ImageShape shape) {  // smooth, so that JPEG keeps it nearly
    Image image{shape, {}};
    for (int c = 0; c < shape.channels; ++c) {
        for (int y = 0; y < shape.height; ++y) {
            for (int x = 0; x < shape.width; ++x) {
                image.pixels.push_back(static_cast<std::uint8_t>(60 + 30 * c + 2 * x + y));
            }
        }
    }
    return image;
}

}  // namespace

TEST_CASE("png: what is written is read back, gray as three equal channels") {
    const TemporaryFolder folder;
    const Image colour = noise({3, 13, 7}), gray = noise({1, 5, 9});
    framework::write_file(folder / "colour.png", encode_png(colour));
    framework::write_file(folder / "gray.PNG", encode_png(gray));
    CHECK(decode_image(folder / "colour.png").shape == colour.shape);
    CHECK(decode_image(folder / "colour.png").pixels == colour.pixels);
    const Image read = decode_image(folder / "gray.PNG");
    REQUIRE(read.shape == ImageShape{3, 5, 9});
    for (std::size_t i = 0; i < read.pixels.size(); ++i) CHECK(read.pixels[i] == gray.pixels[i % 45]);
}

TEST_CASE("jpeg: what is written is read back, nearly") {
    const TemporaryFolder folder;
    for (const int channels : {1, 3}) {
        const Image image = ramp({channels, 24, 40});
        framework::write_file(folder / "a.jpg", encode_jpeg(image, 95));
        const Image read = decode_image(folder / "a.jpg");
        REQUIRE(read.shape == ImageShape{3, 24, 40});
        for (std::size_t i = 0; i < read.pixels.size(); ++i) {
            CHECK(std::abs(read.pixels[i] - image.pixels[i % image.pixels.size()]) <= 6);
        }
    }
}

TEST_CASE("decode: the content tells the format, whatever the name") {
    const TemporaryFolder folder;
    framework::write_file(folder / "a.png", encode_jpeg(ramp({3, 8, 8}), 90));
    CHECK(decode_image(folder / "a.png").shape == ImageShape{3, 8, 8});
}

TEST_CASE("decode: a damaged file is refused by name") {
    const TemporaryFolder folder;
    framework::write_file(folder / "cut.png", encode_png(noise({3, 32, 32})));
    framework::write_file(folder / "cut.jpg", encode_jpeg(noise({3, 32, 32}), 90));
    cut_short(folder / "cut.png", 500);
    cut_short(folder / "cut.jpg", 500);
    framework::write_file(folder / "flipped.png", encode_png(noise({3, 32, 32})));
    overwrite_byte(folder / "flipped.png", 100, 0x55);  // the checksum of the data no longer holds
    write_text(folder / "text.png", "not an image");
    write_text(folder / "empty.jpg", "");
    for (const char* name : {"cut.png", "cut.jpg", "flipped.png", "text.png", "empty.jpg", "absent.png"}) {
        CHECK_MENTIONS(complaint([&] { decode_image(folder / name); }), name, ": ");
    }
}

TEST_CASE("jpeg: one of cyan, magenta, yellow and black is read as the light that passes") {
    const TemporaryFolder folder;
    const fs::path file = folder / "inks.jpg";
    for (const auto& [stored, red, green, blue] :
         {std::tuple{std::array<int, 4>{255, 255, 255, 255}, 255, 255, 255},  // Adobe's way: 255 is no ink
          {std::array<int, 4>{255, 255, 255, 0}, 0, 0, 0},
          {std::array<int, 4>{255, 0, 0, 255}, 255, 0, 0},
          {std::array<int, 4>{0, 255, 255, 128}, 0, 128, 128}}) {
        framework::write_file(file, encode_inks(stored));
        const Image read = decode_image(file);
        REQUIRE(read.shape == ImageShape{3, 16, 16});
        for (std::size_t i = 0; i < 256; ++i) {
            CHECK(std::abs(read.pixels[i] - red) <= 4);
            CHECK(std::abs(read.pixels[256 + i] - green) <= 4);
            CHECK(std::abs(read.pixels[512 + i] - blue) <= 4);
        }
    }
}

TEST_CASE("decode: memory is given to no size that the file's bytes cannot hold") {
    const TemporaryFolder folder;
    const fs::path png = folder / "a.png", jpeg = folder / "a.jpg";
    framework::write_file(png, encode_png(ramp({3, 8, 8})));
    framework::write_file(jpeg, encode_jpeg(ramp({3, 8, 8}), 90));
    const std::vector<std::uint8_t> side{0x40, 0x00};                  // 16384
    const std::vector<std::uint8_t> checksum{0x26, 0xaa, 0x87, 0xd3};  // of a PNG header with two of them
    overwrite(png, 18, side);
    overwrite(png, 22, side);
    overwrite(png, 29, checksum);
    const std::vector<std::uint8_t> content = framework::read_file(jpeg), frame{0xff, 0xc0};
    const auto at = std::ranges::search(content, frame).begin() - content.begin();
    overwrite(jpeg, static_cast<std::size_t>(at) + 5, side);
    overwrite(jpeg, static_cast<std::size_t>(at) + 7, side);
    for (const fs::path& file : {png, jpeg}) {
        CHECK_MENTIONS(complaint([&] { decode_image(file); }), file.string(), "16384 x 16384",
                       "more than its", "bytes can hold");
    }
}

TEST_CASE("decode: a part of a PNG that is longer than the file is refused before memory is given to it") {
    const TemporaryFolder folder;
    framework::write_file(folder / "a.png", encode_png(ramp({3, 8, 8})));
    overwrite_byte(folder / "a.png", 33, 0x29);  // the length of the pixels
    CHECK_MENTIONS(complaint([&] { decode_image(folder / "a.png"); }), "a.png", "damaged PNG",
                   "a part of 687", "are left");
}

TEST_CASE("decode: what follows the end of a PNG is passed over") {
    const TemporaryFolder folder;
    const Image image = noise({3, 8, 8});
    std::vector<std::uint8_t> content = encode_png(image);
    content.insert(content.end(), 20, 0xff);
    framework::write_file(folder / "a.png", content);
    CHECK(decode_image(folder / "a.png").pixels == image.pixels);
}

TEST_CASE("resizer: the same shape copies, a constant stays constant, a shrink averages") {
    const Image image = noise({3, 12, 10});
    std::vector<std::uint8_t> same(image.pixels.size());
    Resizer(image.shape, image.shape)(image.pixels.data(), same.data());
    CHECK(same == image.pixels);

    const std::vector<std::uint8_t> flat(45, 77);
    for (const ImageShape to : {ImageShape{1, 3, 3}, {1, 20, 31}, {1, 1, 1}, {1, 5, 2}}) {
        std::vector<std::uint8_t> out(to.bytes());
        Resizer({1, 5, 9}, to)(flat.data(), out.data());
        CHECK(out == std::vector<std::uint8_t>(to.bytes(), 77));
    }

    const std::vector<std::uint8_t> stripes{0, 200, 0, 200, 0, 200, 0, 200, 0, 200, 0, 200, 0, 200, 0, 200};
    std::vector<std::uint8_t> out(4);
    Resizer({1, 4, 4}, {1, 2, 2})(stripes.data(), out.data());
    for (const int value : out) CHECK(std::abs(value - 100) <= 30);
}

TEST_CASE("resizer: enlarging is bilinear between pixel centres") {
    const ImageShape from{1, 6, 6}, to{1, 15, 15};
    const Image image = noise(from);
    std::vector<std::uint8_t> out(to.bytes());
    Resizer(from, to)(image.pixels.data(), out.data());
    for (int y = 0; y < 15; ++y) {
        for (int x = 0; x < 15; ++x) {
            const double v = std::clamp((y + 0.5) * 0.4 - 0.5, 0.0, 5.0),
                         u = std::clamp((x + 0.5) * 0.4 - 0.5, 0.0, 5.0);
            const int y0 = static_cast<int>(v), x0 = static_cast<int>(u);
            const int y1 = std::min(y0 + 1, 5), x1 = std::min(x0 + 1, 5);
            const auto at = [&](int row, int column) { return image.pixels[row * 6 + column]; };
            const double top = at(y0, x0) + (u - x0) * (at(y0, x1) - at(y0, x0));
            const double bottom = at(y1, x0) + (u - x0) * (at(y1, x1) - at(y1, x0));
            CHECK(std::abs(out[y * 15 + x] - (top + (v - y0) * (bottom - top))) <= 0.51);
        }
    }
}

TEST_CASE("resizer: another aspect takes the centre") {
    std::vector<std::uint8_t> wide;  // 2 x 6: columns 0 1 2 3 4 5
    for (int i = 0; i < 12; ++i) wide.push_back(static_cast<std::uint8_t>(i % 6));
    std::vector<std::uint8_t> out(4);
    Resizer({1, 2, 6}, {1, 2, 2})(wide.data(), out.data());
    CHECK(out == std::vector<std::uint8_t>{2, 3, 2, 3});
}

TEST_CASE("channels: gray to colour and back changes nothing, and no other pair is taken") {
    const Image gray = noise({1, 16, 16});
    std::vector<std::uint8_t> colour(std::size_t{3} * 256), back(256);
    convert_channels(1, gray.pixels.data(), 3, colour.data(), 256);
    convert_channels(3, colour.data(), 1, back.data(), 256);
    CHECK(back == gray.pixels);
    CHECK_THROWS_AS(convert_channels(4, colour.data(), 3, back.data(), 1), framework::DataError);
}

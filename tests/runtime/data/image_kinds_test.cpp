// Every kind of PNG and JPEG in tests/data/images/formats, compared with the pixels that make.py there had
// from Pillow or by formula.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "tests/support/temporary_folder.h"

using namespace runtime::data;
namespace fs = std::filesystem;

namespace {

const fs::path kinds = fs::path(SOURCE_ROOT) / "tests/data/images/formats";

// Reads a PPM: "P6", width, height and 255 as text, then the pixels, channels interleaved.
Image read_ppm(const fs::path& path) {
    const auto content = framework::read_file(path);
    std::istringstream in(std::string(content.begin(), content.end()));
    std::string format;
    Image image{{3, 0, 0}, {}};
    int most = 0;
    in >> format >> image.shape.width >> image.shape.height >> most;
    REQUIRE(format == "P6");
    REQUIRE(most == 255);
    in.get();
    image.pixels.resize(image.shape.bytes());
    for (std::size_t i = 0; i < image.shape.area(); ++i) {
        for (std::size_t c = 0; c < 3; ++c)
            image.pixels[c * image.shape.area() + i] = static_cast<std::uint8_t>(in.get());
    }
    REQUIRE(!in.fail());
    return image;
}

// The largest difference between two samples.
int difference(const Image& a, const Image& b) {
    REQUIRE(a.shape == b.shape);
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i)
        largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

struct Kind {
    const char* name;
    int tolerance;
};

void check(std::initializer_list<Kind> all) {
    for (const auto& [name, tolerance] : all) {
        CAPTURE(name);
        const Image wanted = read_ppm(kinds / (std::string(name) + ".ppm"));
        CHECK(difference(decode_image(kinds / name), wanted) <= tolerance);
    }
}

std::vector<std::uint8_t> content_of(const char* name) {
    return framework::read_file(kinds / name);
}

std::size_t find(const std::vector<std::uint8_t>& content, std::initializer_list<std::uint8_t> part) {
    const auto at = std::ranges::search(content, part).begin() - content.begin();
    REQUIRE(at < static_cast<std::ptrdiff_t>(content.size()));
    return static_cast<std::size_t>(at);
}

// The shape to which the content of a file decodes.
ImageShape shape_of(const std::vector<std::uint8_t>& content) {
    const TemporaryFolder folder;
    framework::write_file(folder / "image", content);
    return decode_image(folder / "image").shape;
}

std::string refusal(const std::vector<std::uint8_t>& content) {
    return complaint([&] { shape_of(content); });
}

}  // namespace

TEST_CASE("png: gray, bits, palettes, interlacing and one pixel decode as in Pillow") {
    check({{"gray.png", 0},
           {"gray_1_bit.png", 0},
           {"palette.png", 0},
           {"rgb.png", 0},
           {"interlaced.png", 0},
           {"pixel.png", 0}});
}

TEST_CASE("png: what is transparent is laid on black") {
    check({{"rgb_alpha.png", 1}, {"gray_alpha.png", 1}, {"gray_key.png", 0}, {"palette_alpha.png", 1}});
}

TEST_CASE("png: 16 bits hold the same values as 8, rounded, unless the file names a gamma") {
    check({{"gray_16_bit.png", 0},
           {"rgb_16_bit.png", 0},
           {"interlaced_16_bit.png", 0},
           {"rgb_16_bit_gamma.png", 2},
           {"gamma.png", 2},
           {"gamma_but_srgb.png", 0}});
}

TEST_CASE("jpeg: gray, progressive, inks and one pixel decode as in Pillow, nearly") {
    check({{"gray.jpg", 2},
           {"baseline.jpg", 2},
           {"progressive.jpg", 2},
           {"pixel.jpg", 2},
           {"inks.jpg", 3},
           {"inks_plain.jpg", 3},
           {"inks_ycck.jpg", 4}});
}

TEST_CASE("decode: an image is turned upright by its Exif orientation, of both byte orders") {
    const Image upright = read_ppm(kinds / "upright.ppm");
    for (const char number : std::string("12345678")) {
        CAPTURE(number);
        const Image read = decode_image(kinds / (std::string("orientation_") + number + ".png"));
        CHECK(difference(read, upright) == 0);
    }
    check({{"rotated.jpg", 2}, {"rotated_big_endian.jpg", 2}});
}

TEST_CASE("exif: data that names no orientation, or is damaged, turns nothing") {
    const auto whole = content_of("rotated.jpg");
    const std::size_t exif = find(whole, {'E', 'x', 'i', 'f', 0, 0}) + 6, entry = exif + 10;
    REQUIRE(shape_of(whole) == ImageShape{3, 9, 7});
    struct Damage {
        std::size_t at;
        std::uint8_t value;
    };
    for (const auto& [at, value] : {Damage{exif, 'X'},
                                    {exif + 1, 'M'},
                                    {exif + 2, 43},
                                    {exif + 4, 0xff},
                                    {exif + 7, 0xff},
                                    {exif + 8, 0},
                                    {entry, 0x13},
                                    {entry + 2, 4},
                                    {entry + 4, 2},
                                    {entry + 8, 0},
                                    {entry + 8, 9},
                                    {entry + 9, 1},
                                    {exif - 6, 'e'}}) {
        CAPTURE(at - exif);
        auto damaged = whole;
        damaged[at] = value;
        CHECK(shape_of(damaged) == ImageShape{3, 7, 9});
    }
    auto many = whole;
    many[exif + 8] = many[exif + 9] = 0xff;  // 65535 entries, of which the first is there
    CHECK(shape_of(many) == ImageShape{3, 9, 7});
    many[entry] = 0x13;
    CHECK(shape_of(many) == ImageShape{3, 7, 9});
}

TEST_CASE("decode: an image of more than 2^28 pixels is refused by name, whatever its format") {
    auto png = content_of("rgb.png"), jpeg = content_of("baseline.jpg");
    const std::size_t frame = find(jpeg, {0xff, 0xc0});
    for (const std::size_t at : {std::size_t{18}, std::size_t{22}}) png[at] = 0x80;  // 32768 and more
    for (const std::size_t at : {frame + 5, frame + 7}) jpeg[at] = 0x80;
    CHECK_MENTIONS(refusal(png), "image: claims to be 32773 x 32772", "at most 268435456 pixels");
    CHECK_MENTIONS(refusal(jpeg), "image: claims to be 32777 x 32775", "at most 268435456 pixels");
    png = content_of("rgb.png");
    png[17] = 0x10;  // a side of 2^20 + 5
    CHECK_MENTIONS(refusal(png), "claims to be 1048581 x 4", "more than its");
}

TEST_CASE("jpeg: one of a kind that libjpeg does not read is not called damaged") {
    auto jpeg = content_of("baseline.jpg");
    const std::size_t frame = find(jpeg, {0xff, 0xc0});
    jpeg[frame + 4] = 12;  // bits a sample
    CHECK_MENTIONS(refusal(jpeg), "image: is a JPEG of a kind that is not read", "12", "save it as PNG");
    jpeg = content_of("baseline.jpg");
    jpeg[frame + 1] = 0xc3;  // lossless
    CHECK_MENTIONS(refusal(jpeg), "image: is a JPEG of a kind that is not read", "save it as PNG");
    jpeg[frame + 1] = 0xc0;
    jpeg[frame + 5] = jpeg[frame + 6] = 0xff;  // a height that libjpeg does not take
    CHECK_MENTIONS(refusal(jpeg), "image: is a JPEG of a kind that is not read", "65500", "save it as PNG");
}

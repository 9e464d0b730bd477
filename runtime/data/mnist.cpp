#include "runtime/data/mnist.h"

#include <string>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/class_names.h"
#include "runtime/data/folders.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

constexpr std::uint32_t image_magic = 0x0803;  // unsigned bytes, three extents
constexpr std::uint32_t label_magic = 0x0801;  // unsigned bytes, one extent

struct Idx {
    std::vector<std::uint32_t> extents;
    std::vector<std::uint8_t> content;  // the whole file, its header first

    std::size_t header() const { return 4 + 4 * extents.size(); }
};

std::uint32_t big_endian(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
           bytes[3];
}

void append_big_endian(std::vector<std::uint8_t>& to, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

// Some copies are named train-images.idx3-ubyte.
fs::path locate(const fs::path& folder, const std::string& stem, const char* kind) {
    fs::path usual = folder / (stem + "-" + kind), dotted = folder / (stem + "." + kind);
    if (framework::is_there(dotted)) return dotted;
    require<DataError>(framework::is_there(usual), usual.string(), ": no such file; ",
                       framework::is_there(usual.string() + ".gz")
                           ? "gunzip the one ending in .gz"
                           : "put the files of MNIST there, or write some with dataset make");
    return usual;
}

Idx read_idx(const fs::path& path, std::uint32_t magic) {
    Idx idx{.extents = {}, .content = framework::read_file(path)};
    const std::size_t extents = magic & 0xff, header = 4 + 4 * extents;
    require<DataError>(idx.content.size() >= header, path.string(), ": has ", idx.content.size(),
                       " bytes, but the header alone is ", header, "; the file is cut short");
    const std::uint32_t found = big_endian(idx.content.data());
    require<DataError>(found == magic, path.string(), ": starts with ", found,
                       " where an IDX file of this kind has ", magic,
                       "; it is another file, or still compressed");
    std::size_t expected = header;
    std::size_t elements = 1;
    for (std::size_t e = 0; e < extents; ++e) {
        const std::uint32_t extent = big_endian(&idx.content[4 + 4 * e]);
        require<DataError>(e == 0 || (extent > 0 && extent <= 0xffff), path.string(), ": claims images of ",
                           extent, " rows or columns; the file is damaged");
        elements *= extent;
        idx.extents.push_back(extent);
    }
    expected += elements;
    require<DataError>(idx.content.size() == expected, path.string(), ": has ", idx.content.size(),
                       " bytes, but its header announces ", expected,
                       "; the file is damaged, fetch or write it again");
    return idx;
}

const char* stem(Split split) {
    return split == Split::train ? "train" : "t10k";
}

void write_split(const fs::path& folder, const Dataset& dataset, Split split) {
    const ImageShape shape = dataset.shape();
    const auto count = static_cast<std::uint32_t>(dataset.count());
    std::vector<std::uint8_t> images, labels;
    append_big_endian(images, image_magic);
    append_big_endian(images, count);
    append_big_endian(images, static_cast<std::uint32_t>(shape.height));
    append_big_endian(images, static_cast<std::uint32_t>(shape.width));
    append_big_endian(labels, label_magic);
    append_big_endian(labels, count);
    const std::size_t header = images.size();
    images.resize(header + count * shape.area());
    for (std::uint32_t sample = 0; sample < count; ++sample) {
        dataset.read(sample, images.data() + header + sample * shape.area());
        labels.push_back(static_cast<std::uint8_t>(dataset.label(sample)));
    }
    framework::write_file(folder / text(stem(split), "-images-idx3-ubyte"), images);
    framework::write_file(folder / text(stem(split), "-labels-idx1-ubyte"), labels);
}

}  // namespace

DatasetPtr open_mnist(const fs::path& folder, Split split) {
    require_folder(folder, "MNIST");
    const fs::path image_path = locate(folder, text(stem(split), "-images"), "idx3-ubyte");
    const fs::path label_path = locate(folder, text(stem(split), "-labels"), "idx1-ubyte");
    Idx images = read_idx(image_path, image_magic);
    Idx labels = read_idx(label_path, label_magic);
    require<DataError>(images.extents[0] == labels.extents[0], image_path.string(), ": has ",
                       images.extents[0], " images, but ", label_path.string(), " has ", labels.extents[0],
                       " labels");
    require<DataError>(images.extents[0] > 0, image_path.string(), ": holds no images");
    auto classes = read_class_names(folder / "classes.txt");
    images.content.erase(images.content.begin(),
                         images.content.begin() + static_cast<std::ptrdiff_t>(images.header()));
    labels.content.erase(labels.content.begin(),
                         labels.content.begin() + static_cast<std::ptrdiff_t>(labels.header()));
    for (std::size_t i = 0; i < labels.content.size(); ++i) {
        require<DataError>(labels.content[i] < classes.size(), label_path.string(), ": label ", i, " is ",
                           int{labels.content[i]}, ", but there are ", classes.size(),
                           " classes; the file is damaged, or classes.txt is missing beside it");
    }
    const ImageShape shape{1, static_cast<int>(images.extents[1]), static_cast<int>(images.extents[2])};
    return in_memory(shape, std::move(classes), std::move(labels.content), std::move(images.content));
}

void write_mnist(const fs::path& folder, const Dataset& train, const Dataset& test) {
    for (const Dataset* dataset : {&train, &test}) {
        require<DataError>(dataset->shape() == train.shape() && dataset->shape().channels == 1 &&
                               dataset->classes().size() <= 256,
                           "MNIST holds images of one channel and shape in at most 256 classes, not ",
                           dataset->shape(), " in ", dataset->classes().size());
        require<DataError>(dataset->count() > 0,
                           "MNIST holds at least one image to train on and one to test");
    }
    write_split(folder, train, Split::train);
    write_split(folder, test, Split::test);
    write_class_names(folder / "classes.txt", train.classes());
}

}  // namespace runtime::data

// Writes a labelled image set, converts between formats, and shows what a set holds.
#include "runtime/data/dataset.h"

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/text.h"
#include "runtime/data/cifar10.h"
#include "runtime/data/codec.h"
#include "runtime/data/folders.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/mnist.h"
#include "runtime/data/shapes.h"

using namespace runtime::data;
using framework::require;
using framework::UsageError;

namespace {

struct MakeOptions {
    std::string folder;
    int classes = 10;
    std::int64_t train = 20000, test = 2000;
    std::int64_t images_per_class = 200;
    int size = 32;
    std::uint64_t seed = 0;
    bool force = false;
};

void make(const MakeOptions& options) {
    const auto drawn = [&](Split split, std::int64_t count, ImageShape shape) {
        return draw_shapes({.split = split,
                            .count = count,
                            .classes = options.classes,
                            .shape = shape,
                            .seed = options.seed});
    };
    StagedFolder staged(options.folder, options.force);
    const auto both = [&](const char* format, auto write, ImageShape shape, std::int64_t train,
                          std::int64_t test) {
        const DatasetPtr to_train = drawn(Split::train, train, shape),
                         to_test = drawn(Split::test, test, shape);
        staged.fill(format, [&](const std::filesystem::path& folder) { write(folder, *to_train, *to_test); });
    };
    both("cifar10", write_cifar10, {3, 32, 32}, options.train, options.test);
    both("mnist", write_mnist, {1, 28, 28}, options.train, options.test);
    const std::int64_t files = options.images_per_class * options.classes;
    const auto write_images = [](const std::filesystem::path& folder, const Dataset& train,
                                 const Dataset& test) { write_image_folder(folder, train, test, 8); };
    both("images", write_images, {3, options.size, options.size}, files,
         std::max<std::int64_t>(options.classes, files / 4));
    staged.commit();
    for (const char* format : {"cifar10", "mnist", "images"}) {
        std::cout << format << ':'
                  << framework::printable((std::filesystem::path(options.folder) / format).string()) << '\n';
    }
}

struct ConvertOptions {
    std::string from, to;
    int size = 0;
    std::uint64_t seed = 0;
    bool force = false;
};

void convert(const ConvertOptions& options) {
    const DataSpec to = parse_spec(options.to);
    require<UsageError>(to.format != "synthetic",
                        "synthetic data is never written; name cifar10:DIR, mnist:DIR or ",
                        "images:DIR to convert to");
    require<UsageError>(to.format != "cifar10" || options.size == 0 || options.size == 32, "--size ",
                        options.size, ": CIFAR-10 images are 32x32");
    const auto open = [&](Split split) {
        const DatasetPtr stored =
            open_dataset(options.from, split, {.image_size = options.size, .seed = options.seed});
        ImageShape shape = stored->shape();
        if (to.format == "cifar10") shape = {3, 32, 32};
        if (to.format == "mnist")
            shape = {1, options.size == 0 ? 28 : shape.height, options.size == 0 ? 28 : shape.width};
        return reshaped(stored, shape);
    };
    const DatasetPtr train = open(Split::train), test = open(Split::test);
    StagedFolder staged(to.folder, options.force);
    staged.fill("", [&](const std::filesystem::path& folder) {
        if (to.format == "cifar10") write_cifar10(folder, *train, *test);
        if (to.format == "mnist") write_mnist(folder, *train, *test);
        if (to.format == "images") write_image_folder(folder, *train, *test);
    });
    staged.commit();
    std::cout << framework::printable(options.to) << ": " << train->count() << " train, " << test->count()
              << " test, " << train->shape() << '\n';
}

struct InspectOptions {
    std::string spec, sheet;
    int size = 0;
    std::uint64_t seed = 0;
};

// One row per class with its first images, side by side; small images are enlarged.
Image contact_sheet(const Dataset& dataset) {
    constexpr int most_rows = 40, columns = 12, gap = 2;
    const ImageShape shape = dataset.shape();
    const int rows = std::min(most_rows, static_cast<int>(dataset.classes().size()));
    const int zoom = std::max(1, 64 / std::max(shape.height, shape.width));
    const int cell_height = zoom * shape.height + gap, cell_width = zoom * shape.width + gap;
    Image sheet{{3, rows * cell_height + gap, columns * cell_width + gap}, {}};
    sheet.pixels.assign(sheet.shape.bytes(), 255);
    std::vector<int> filled(dataset.classes().size());
    std::vector<std::uint8_t> stored(shape.bytes()), image(3 * shape.area());
    for (std::int64_t sample = 0; sample < dataset.count(); ++sample) {
        const int row = dataset.label(sample);
        if (row >= rows || filled[row] == columns) continue;
        const int column = filled[row]++;
        dataset.read(sample, stored.data());
        convert_channels(shape.channels, stored.data(), 3, image.data(), shape.area());
        for (int c = 0; c < 3; ++c) {
            for (int y = 0; y < zoom * shape.height; ++y) {
                const auto* from =
                    image.data() + static_cast<std::ptrdiff_t>(c * shape.height + y / zoom) * shape.width;
                auto* to =
                    &sheet.pixels[(c * sheet.shape.height + row * cell_height + gap + y) * sheet.shape.width +
                                  column * cell_width + gap];
                for (int x = 0; x < zoom * shape.width; ++x) to[x] = from[x / zoom];
            }
        }
    }
    return sheet;
}

std::vector<std::int64_t> count_labels(const Dataset& dataset) {
    std::vector<std::int64_t> counts(dataset.classes().size());
    for (std::int64_t sample = 0; sample < dataset.count(); ++sample) {
        ++counts[dataset.label(sample)];
    }
    return counts;
}

void inspect(const InspectOptions& options) {
    experiments::check_picture("--sheet", options.sheet);
    const OpenOptions open{.image_size = options.size, .seed = options.seed};
    const DatasetPtr train = open_dataset(options.spec, Split::train, open);
    const DatasetPtr test = open_dataset(options.spec, Split::test, open);
    const auto train_counts = count_labels(*train), test_counts = count_labels(*test);
    std::size_t widest = 5;
    for (const std::string& name : train->classes())
        widest = std::max(widest, framework::printable(name).size());
    const auto row = [&](const std::string& name, const auto& in_train, const auto& in_test) {
        std::cout << "  " << std::left << std::setw(static_cast<int>(widest)) << name << std::right
                  << std::setw(9) << in_train << std::setw(9) << in_test << '\n';
    };
    std::cout << framework::printable(options.spec) << ": " << train->count() + test->count() << " images of "
              << train->shape() << ", " << train->classes().size() << " classes\n";
    row("class", "train", "test");
    for (std::size_t c = 0; c < train_counts.size(); ++c) {
        row(framework::printable(train->classes()[c]), train_counts[c],
            c < test_counts.size() ? test_counts[c] : 0);
    }
    row("all", train->count(), test->count());
    const ChannelStatistics statistics = channel_statistics(*train);
    std::cout << "channel mean     ";
    for (const float value : statistics.mean) std::cout << ' ' << framework::fixed(value, 4);
    std::cout << "\nchannel deviation";
    for (const float value : statistics.deviation) std::cout << ' ' << framework::fixed(value, 4);
    std::cout << '\n';
    if (options.sheet.empty()) return;
    const auto png = encode_png(contact_sheet(*train));
    framework::AtomicFile file(options.sheet);
    file.write(png.data(), png.size());
    file.commit();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Writes a labelled image set, converts between formats, and shows what a set holds.",
                 "dataset");
    app.footer(
        "Examples:\n"
        "  dataset make my-images                           shapes in ten classes, in three formats\n"
        "  dataset inspect images:DIR --sheet sheet.png     what a folder of classes holds\n"
        "  dataset convert images:DIR cifar10:OUT --size 32\n\n");
    app.require_subcommand(1);
    using experiments::add_number;
    using experiments::any_seed;
    constexpr framework::Interval<std::int64_t> images{1, 10'000'000}, side{1, 4096};
    const std::string spec = "synthetic, cifar10:DIR, mnist:DIR or images:DIR";

    MakeOptions to_make;
    CLI::App* make_command =
        app.add_subcommand("make", "draws a set of shapes, in DIR/cifar10, DIR/mnist, DIR/images");
    make_command->add_option("DIR", to_make.folder, "folder to write")->required();
    add_number(*make_command, "--classes", to_make.classes, {2, most_shape_classes}, "classes")
        ->capture_default_str();
    add_number(*make_command, "--train", to_make.train, images, "images to train on, in cifar10 and mnist")
        ->capture_default_str();
    add_number(*make_command, "--test", to_make.test, images, "images to test on, in cifar10 and mnist")
        ->capture_default_str();
    add_number(*make_command, "--images-per-class", to_make.images_per_class, {1, 1000000},
               "training images per class in DIR/images, and a quarter as many to test on")
        ->capture_default_str();
    add_number(*make_command, "--size", to_make.size, {8, 4096},
               "side of the images in DIR/images, in pixels")
        ->capture_default_str();
    add_number(*make_command, "--seed", to_make.seed, any_seed, "the same seed writes the same bytes")
        ->capture_default_str();
    make_command->add_flag("--force", to_make.force, "replace what DIR holds of these three");

    ConvertOptions to_convert;
    CLI::App* convert_command = app.add_subcommand("convert", "writes a set in another format");
    convert_command->add_option("SPEC", to_convert.from, spec)->required();
    convert_command->add_option("OUTSPEC", to_convert.to, "cifar10:DIR, mnist:DIR or images:DIR")->required();
    add_number(*convert_command, "--size", to_convert.size, side,
               "side in pixels (default: 28 for mnist, else as stored)");
    add_number(*convert_command, "--seed", to_convert.seed, any_seed,
               "seed that splits a folder without train and test");
    convert_command->add_flag("--force", to_convert.force, "replace what DIR holds of the same names");

    InspectOptions to_inspect;
    CLI::App* inspect_command =
        app.add_subcommand("inspect", "prints counts, classes and statistics of a set");
    inspect_command->add_option("SPEC", to_inspect.spec, spec)->required();
    inspect_command->add_option("--sheet", to_inspect.sheet, "a PNG of the first images of each class");
    add_number(*inspect_command, "--size", to_inspect.size, side, "side in pixels (default: as stored)");
    add_number(*inspect_command, "--seed", to_inspect.seed, any_seed,
               "seed of synthetic images, or of the split of a folder");

    return experiments::run(app, argc, argv, [&] {
        if (*make_command) make(to_make);
        if (*convert_command) convert(to_convert);
        if (*inspect_command) inspect(to_inspect);
    });
}

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/cifar10.h"
#include "runtime/data/class_names.h"
#include "runtime/data/codec.h"
#include "runtime/data/dataset.h"
#include "runtime/data/folders.h"
#include "runtime/data/image_folder.h"
#include "runtime/data/mnist.h"
#include "runtime/data/shapes.h"
#include "tests/support/temporary_folder.h"

using namespace runtime::data;
namespace fs = std::filesystem;

namespace {

DatasetPtr shapes(Split split, std::int64_t count, ImageShape shape, int classes = 10) {
    return draw_shapes({.split = split, .count = count, .classes = classes, .shape = shape, .seed = 7});
}

std::vector<std::uint8_t> image(const Dataset& dataset, std::int64_t sample) {
    std::vector<std::uint8_t> pixels(dataset.shape().bytes());
    dataset.read(sample, pixels.data());
    return pixels;
}

void check_equal(const Dataset& a, const Dataset& b) {
    REQUIRE(a.count() == b.count());
    CHECK(a.shape() == b.shape());
    CHECK(a.classes() == b.classes());
    for (std::int64_t sample = 0; sample < a.count(); ++sample) {
        CHECK(a.label(sample) == b.label(sample));
        CHECK(image(a, sample) == image(b, sample));
    }
}

std::string open_complaint(const std::string& spec, Split split = Split::train) {
    return complaint([&] { open_dataset(spec, split); });
}

// Two classes of `each` images a class, in folder/CLASS/.
void write_two_classes(const fs::path& folder, int each) {
    const DatasetPtr drawn = shapes(Split::train, 2 * each, {3, 8, 8}, 2);
    for (std::int64_t sample = 0; sample < drawn->count(); ++sample) {
        const fs::path below = folder / drawn->classes()[drawn->label(sample)];
        fs::create_directories(below);
        framework::write_file(below / (std::to_string(sample) + ".png"),
                              encode_png({drawn->shape(), image(*drawn, sample)}));
    }
}

}  // namespace

TEST_CASE("cifar10: a written set is read back, in file order") {
    const TemporaryFolder folder;
    const auto train = shapes(Split::train, 53, {3, 32, 32}, 12),
               test = shapes(Split::test, 12, {3, 32, 32}, 12);
    write_cifar10(folder.path(), *train, *test);
    check_equal(*open_dataset("cifar10:" + folder.path().string(), Split::train), *train);
    check_equal(*open_dataset("cifar10:" + folder.path().string(), Split::test), *test);
    CHECK(fs::exists(folder / "data_batch_5.bin"));
}

TEST_CASE("cifar10: the folder above the unpacked archive will do") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "cifar-10-batches-bin");
    write_cifar10(folder / "cifar-10-batches-bin", *shapes(Split::train, 10, {3, 32, 32}),
                  *shapes(Split::test, 10, {3, 32, 32}));
    fs::remove(folder / "cifar-10-batches-bin/batches.meta.txt");
    const auto read = open_dataset("cifar10:" + folder.path().string(), Split::train);
    CHECK(read->count() == 10);
    CHECK(read->classes().size() == 10);
}

TEST_CASE("cifar10: damage is named with its file and byte counts") {
    const TemporaryFolder folder;
    const std::string spec = "cifar10:" + folder.path().string();
    CHECK_MENTIONS(open_complaint(spec), "holds no data_batch_*.bin");
    write_cifar10(folder.path(), *shapes(Split::train, 10, {3, 32, 32}),
                  *shapes(Split::test, 10, {3, 32, 32}));
    overwrite_byte(folder / "data_batch_2.bin", 3073, 10);
    CHECK_MENTIONS(open_complaint(spec), "data_batch_2.bin", "record 1 has label 10", "10 classes");
    cut_short(folder / "test_batch.bin", 100);
    CHECK_MENTIONS(open_complaint(spec, Split::test), "test_batch.bin", "30630 bytes", "30730");
    write_text(folder / "test_batch.bin", "");
    CHECK_MENTIONS(open_complaint(spec, Split::test), "test_batch.bin", "empty");
    fs::remove(folder / "test_batch.bin");
    CHECK_MENTIONS(open_complaint(spec, Split::test), "test_batch.bin");
    CHECK_MENTIONS(open_complaint("cifar10:" + (folder / "absent").string()), "absent", "no such folder");
}

TEST_CASE("mnist: a written set is read back, its classes too") {
    const TemporaryFolder folder;
    const auto train = shapes(Split::train, 30, {1, 28, 28}, 15),
               test = shapes(Split::test, 15, {1, 28, 28}, 15);
    write_mnist(folder.path(), *train, *test);
    check_equal(*open_dataset("mnist:" + folder.path().string(), Split::train), *train);
    check_equal(*open_dataset("mnist:" + folder.path().string(), Split::test), *test);
}

TEST_CASE("mnist: damage is named with its file and byte counts") {
    const TemporaryFolder folder;
    const std::string spec = "mnist:" + folder.path().string();
    const fs::path images = folder / "train-images-idx3-ubyte", labels = folder / "train-labels-idx1-ubyte";
    const auto rewrite = [&] {
        write_mnist(folder.path(), *shapes(Split::train, 10, {1, 28, 28}),
                    *shapes(Split::test, 10, {1, 28, 28}));
    };
    rewrite();
    cut_short(images, 1);
    CHECK_MENTIONS(open_complaint(spec), "train-images-idx3-ubyte", "7855 bytes", "7856");
    write_text(images, "abc");
    CHECK_MENTIONS(open_complaint(spec), "train-images-idx3-ubyte", "3 bytes", "16");
    rewrite();
    overwrite_byte(images, 2, 0x1f);
    CHECK_MENTIONS(open_complaint(spec), "train-images-idx3-ubyte", "2051");
    rewrite();
    overwrite_byte(images, 8, 0xff);  // rows by the billion
    CHECK_MENTIONS(open_complaint(spec), "train-images-idx3-ubyte", "rows");
    rewrite();
    overwrite_byte(labels, 12, 11);
    CHECK_MENTIONS(open_complaint(spec), "train-labels-idx1-ubyte", "label 4 is 11", "10 classes");
    rewrite();
    fs::copy_file(folder / "t10k-labels-idx1-ubyte", labels, fs::copy_options::overwrite_existing);
    cut_short(labels, 1);
    overwrite_byte(labels, 7, 9);
    CHECK_MENTIONS(open_complaint(spec), "10 images", "9 labels");
    fs::rename(labels, labels.string() + ".gz");
    CHECK_MENTIONS(open_complaint(spec), "train-labels-idx1-ubyte", "gunzip");
}

TEST_CASE("class names: a line that holds no name is named by its number") {
    const TemporaryFolder folder;
    const fs::path file = folder / "classes.txt";
    write_text(file, "ant\r\n\nbee \n");
    CHECK(read_class_names(file) == std::vector<std::string>{"ant", "bee"});
    for (const std::string& odd :
         {std::string("\x1b[31mred"), std::string("a\0b", 3), std::string(201, 'a')}) {
        write_text(file, "ant\n" + odd + "\n");
        CHECK_MENTIONS(complaint([&] { read_class_names(file); }), "classes.txt", "line 2", "200 bytes");
    }
    write_text(file, "\n");
    CHECK_MENTIONS(complaint([&] { read_class_names(file); }), "classes.txt", "names 0 classes");
}

TEST_CASE("images: a written set is read back, PNG exactly and JPEG nearly") {
    const TemporaryFolder folder;
    const auto train = shapes(Split::train, 40, {3, 20, 20}, 4),
               test = shapes(Split::test, 8, {3, 20, 20}, 4);
    write_image_folder(folder.path(), *train, *test, 5);
    const auto read = open_dataset("images:" + folder.path().string(), Split::train);
    REQUIRE(read->count() == 40);
    CHECK(read->shape() == train->shape());
    CHECK(read->classes() == std::vector<std::string>{"disc", "ring", "square", "triangle"});
    for (std::int64_t sample = 0; sample < 40; ++sample) {  // sorted by class: sample = class * 10 + place
        const std::int64_t drawn = sample % 10 * 4 + sample / 10;
        CHECK(read->label(sample) == sample / 10);
        const auto got = image(*read, sample), wanted = image(*train, drawn);
        double error = 0.0;
        for (std::size_t i = 0; i < got.size(); ++i) error += std::abs(got[i] - wanted[i]);
        CHECK(error / static_cast<double>(got.size()) <= (drawn % 5 == 4 ? 20.0 : 0.0));
    }
    CHECK(open_dataset("images:" + folder.path().string(), Split::test)->count() == 8);
}

TEST_CASE("images: kept in memory or decoded anew, the bytes are the same") {
    const TemporaryFolder folder;
    write_two_classes(folder / "train", 5);
    write_two_classes(folder / "val", 2);
    const std::string spec = "images:" + folder.path().string();
    const OpenOptions three_fit{.image_size = 16, .cache = 3 * 3 * 16 * 16},
        none_fits{.image_size = 16, .cache = 0};
    const auto some = open_dataset(spec, Split::train, three_fit),
               none = open_dataset(spec, Split::train, none_fits);
    CHECK(some->shape() == ImageShape{3, 16, 16});
    for (int again = 0; again < 2; ++again) check_equal(*some, *none);
    fs::remove_all(folder / "train");
    CHECK_NOTHROW(image(*some, 2));
    CHECK_THROWS_AS(image(*some, 3), framework::DataError);
    CHECK_MENTIONS(open_complaint(spec), "val", "no train");
}

TEST_CASE("images: without train and test folders a tenth of each class is the test set, drawn by the seed") {
    const TemporaryFolder folder;
    write_two_classes(folder.path(), 20);
    const std::string spec = "images:" + folder.path().string();
    const auto pictures = [&](Split split, std::uint64_t seed) {
        const auto dataset = open_dataset(spec, split, {.seed = seed});
        std::set<std::string> all;
        for (std::int64_t sample = 0; sample < dataset->count(); ++sample) {
            const auto pixels = image(*dataset, sample);
            all.insert(std::string(pixels.begin(), pixels.end()));
        }
        return all;
    };
    const auto train = pictures(Split::train, 1), test = pictures(Split::test, 1);
    CHECK(train.size() == 36);
    CHECK(test.size() == 4);
    for (const auto& one : test) CHECK(!train.contains(one));
    CHECK(pictures(Split::test, 1) == test);
    CHECK(pictures(Split::test, 2) != test);
}

TEST_CASE("images: the test set may be called val, validation or valid, but only next to train") {
    const TemporaryFolder folder;
    const std::string spec = "images:" + folder.path().string();
    write_two_classes(folder / "train", 3);
    int each = 4;
    for (const char* name : {"valid", "validation", "val", "test"}) {  // each goes before those above
        write_two_classes(folder / name, each);
        CHECK(open_dataset(spec, Split::train)->count() == 6);
        CHECK(open_dataset(spec, Split::test)->count() == 2 * each++);
    }
    for (const char* name : {"train", "test", "val"}) fs::remove_all(folder / name);
    CHECK(open_dataset(spec, Split::train)->classes() == std::vector<std::string>{"valid", "validation"});
}

TEST_CASE("images: an empty class, a stray class and a damaged image are named") {
    const TemporaryFolder folder;
    const std::string spec = "images:" + folder.path().string();
    CHECK_MENTIONS(open_complaint(spec), "holds no folders");
    write_two_classes(folder / "train", 2);
    CHECK_MENTIONS(open_complaint(spec, Split::test), "neither test nor val");
    write_two_classes(folder / "test", 2);
    fs::create_directory(folder / "test/blob");
    CHECK_MENTIONS(open_complaint(spec, Split::test), "blob", "classes of both must agree");
    fs::create_directory(folder / "train/blob");
    CHECK_MENTIONS(open_complaint(spec), "blob", "holds no .png");
    fs::remove(folder / "train/blob");
    cut_short(folder / "train/disc/2.png", 40);
    const auto read = open_dataset(spec, Split::train);
    CHECK_MENTIONS(complaint([&] { image(*read, 1); }), "train/disc/2.png", "damaged PNG");
}

TEST_CASE("synthetic: images are the same for a seed, differ between samples, and carry every label") {
    const OpenOptions options{.image_size = 9, .seed = 5, .classes = 7};
    const auto a = open_dataset("synthetic", Split::train, options),
               b = open_dataset("synthetic", Split::train, options);
    CHECK(a->shape() == ImageShape{3, 9, 9});
    CHECK(image(*a, 3) == image(*b, 3));
    CHECK(image(*a, 3) != image(*a, 4));
    CHECK(image(*a, 3) != image(*open_dataset("synthetic", Split::test, options), 3));
    std::set<int> labels;
    for (std::int64_t sample = 0; sample < 200; ++sample) labels.insert(a->label(sample));
    CHECK(labels == std::set<int>{0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("spec: an unknown one is a mistake of the command line, and lists those known") {
    for (const char* spec : {"", "cifar", "cifar10", "cifar10:", "imagenet:/data", "synthetic:1"}) {
        CAPTURE(spec);
        CHECK_THROWS_AS(open_dataset(spec, Split::train), framework::UsageError);
    }
}

TEST_CASE("reshaped: size and channels change together, and the labels stay") {
    const auto drawn = shapes(Split::train, 10, {3, 32, 32});
    const auto small = reshaped(drawn, {1, 16, 16});
    CHECK(small->shape() == ImageShape{1, 16, 16});
    CHECK(image(*small, 4).size() == 256);
    CHECK(small->label(4) == drawn->label(4));
    CHECK(reshaped(drawn, drawn->shape()) == drawn);
}

TEST_CASE("shapes: the seed, the split and the sample decide what is drawn") {
    const ShapesOptions options{.count = 10, .seed = 1};
    ShapesOptions reseeded = options, tested = options;
    reseeded.seed = 2;
    tested.split = Split::test;
    const auto drawn = image(*draw_shapes(options), 3);
    CHECK(image(*draw_shapes(options), 3) == drawn);
    CHECK(image(*draw_shapes(reseeded), 3) != drawn);
    CHECK(image(*draw_shapes(tested), 3) != drawn);
    CHECK_THROWS_AS(draw_shapes({.count = 1, .classes = 21}), framework::UsageError);
}

TEST_CASE("statistics: mean and deviation of each channel match a plain sum") {
    const std::vector<std::uint8_t> pixels{0, 255, 51, 51, 255, 255, 51, 51};  // two samples of 2x1x2
    const auto dataset = in_memory({2, 1, 2}, {"a"}, {0, 0}, pixels);
    const auto statistics = channel_statistics(*dataset);
    CHECK(statistics.mean[0] == doctest::Approx(0.75));
    CHECK(statistics.mean[1] == doctest::Approx(0.2));
    CHECK(statistics.deviation[0] == doctest::Approx(std::sqrt(0.1875)));
    CHECK(statistics.deviation[1] == doctest::Approx(0.0));
}

TEST_CASE("staged folder: nothing is seen before commit, nothing is left without one") {
    const TemporaryFolder folder;
    const fs::path target = folder / "made";
    {
        const StagedFolder staged(target, false);
        staged.fill("a", [](const fs::path& a) { write_text(a / "b", "x"); });
        CHECK(!fs::exists(target / "a"));
    }
    CHECK(!fs::exists(target));
    {
        StagedFolder staged(target, false);
        staged.fill("a", [](const fs::path& a) { write_text(a / "b", "x"); });
        staged.commit();
    }
    CHECK(fs::exists(target / "a/b"));
    CHECK_THROWS_AS(StagedFolder(target, false), framework::DataError);
    write_text(target / "mine", "kept");
    {
        StagedFolder staged(target, true);
        staged.fill("a", [](const fs::path& a) { write_text(a / "c", "x"); });
        staged.commit();
    }
    CHECK(fs::exists(target / "mine"));
    CHECK(fs::exists(target / "a/c"));
    CHECK(!fs::exists(target / "a/b"));
    CHECK(std::distance(fs::directory_iterator(target), fs::directory_iterator()) == 2);
}

TEST_CASE("folders are made with their parents; a file in the way is named as the reason") {
    const TemporaryFolder folder;
    for (const char* name : {"a/b/c", "a/b/c", "a/d/"}) {
        make_folders(folder / name, "shown");
        CHECK(fs::is_directory(folder / name));
    }
    write_text(folder / "file", "x");
    for (const char* name : {"file", "file/b", "file/b/c"})
        CHECK_THROWS_WITH_AS(make_folders(folder / name, "shown"),
                             doctest::Contains("shown: cannot be created: Not a directory"),
                             framework::DataError);
}

TEST_CASE("staged folder: a failure to write into it names the target, not the hidden folder") {
    const TemporaryFolder folder;
    const fs::path target = folder / "made";
    for (const bool there : {false, true}) {
        if (there) fs::create_directory(target);
        const StagedFolder staged(target, false);
        const auto fail = [&] {
            staged.fill("a", [](const fs::path& a) { framework::write_file(a / "none" / "b", "x"); });
        };
        const std::string named = (target / "a" / "none" / "b").string() + ": cannot be created";
        CHECK_THROWS_WITH_AS(fail(), doctest::Contains(named.c_str()), framework::DataError);
    }
}

#include "runtime/data/image_folder.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "runtime/data/folders.h"
#include "runtime/data/listing.h"
#include "runtime/data/random.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

struct Sample {
    fs::path path;
    int label = 0;
};

class ImageFolder : public Dataset {
  public:
    ImageFolder(std::vector<std::string> classes, std::vector<Sample> samples, const OpenOptions& options)
        : classes_(std::move(classes)), samples_(std::move(samples)) {
        int side = options.image_size;
        if (side == 0) {
            const ImageShape first = decode_image(samples_.front().path).shape;
            side = std::min(first.height, first.width);
        }
        shape_ = {3, side, side};
        const auto kept =
            static_cast<std::size_t>(std::max<framework::Bytes>(options.cache, 0)) / shape_.bytes();
        cache_.resize(std::min(kept, samples_.size()));
    }

    std::int64_t count() const override { return static_cast<std::int64_t>(samples_.size()); }
    ImageShape shape() const override { return shape_; }
    const std::vector<std::string>& classes() const override { return classes_; }
    int label(std::int64_t sample) const override { return samples_[static_cast<std::size_t>(sample)].label; }
    void read(std::int64_t sample, std::uint8_t* image) const override {
        const auto index = static_cast<std::size_t>(sample);
        if (index < cache_.size()) {
            const std::lock_guard lock(mutex_);
            if (const auto& kept = cache_[index]; !kept.empty()) {
                std::memcpy(image, kept.data(), kept.size());
                return;
            }
        }
        fit(decode_image(samples_[index].path), shape_, image);
        if (index < cache_.size()) {
            const std::lock_guard lock(mutex_);
            cache_[index].assign(image, image + shape_.bytes());
        }
    }

  private:
    std::vector<std::string> classes_;
    std::vector<Sample> samples_;
    ImageShape shape_;
    mutable std::mutex mutex_;
    mutable std::vector<std::vector<std::uint8_t>> cache_;  // empty until read
};

// The names of the subfolders, sorted; each is a class.
std::vector<std::string> list_classes(const fs::path& folder) {
    std::vector<std::string> classes = subfolders(folder);
    require<DataError>(!classes.empty(), folder.string(),
                       ": holds no folders; a folder of images per class is expected");
    return classes;
}

std::vector<fs::path> list_images(const fs::path& folder) {
    std::vector<fs::path> images = files_below(folder);
    std::erase_if(images, [](const fs::path& file) { return !is_image_name(file); });
    require<DataError>(!images.empty(), folder.string(),
                       ": holds no .png, .jpg or .jpeg image; fill the class or remove it");
    return images;
}

// The images of one split. A tenth of each class, at least one image, is the test set.
std::vector<fs::path> share_of(std::vector<fs::path> images, const fs::path& folder, Split split,
                               Random random) {
    require<DataError>(images.size() > 1, folder.string(),
                       ": holds one image, but one to train on and one to test are needed; add another");
    for (std::size_t i = images.size() - 1; i > 0; --i) {
        std::swap(images[i], images[random.below(static_cast<std::uint32_t>(i + 1))]);
    }
    const auto cut =
        images.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, images.size() / 10));
    images.erase(split == Split::test ? cut : images.begin(), split == Split::test ? images.end() : cut);
    std::sort(images.begin(), images.end());
    return images;
}

// The folders of the two splits. If `folder` has none of train, test and val, both are `folder` itself: it
// may have classes of the names validation and valid.
struct Division {
    fs::path train, test;
    bool drawn = false;  // one folder serves both, divided by the seed
};

Division divide(const fs::path& folder) {
    const auto has = [&](const char* name) { return framework::is_folder(folder / name); };
    const bool has_train = has("train");
    for (const char* name : {"test", "val", "validation", "valid"}) {
        if (has_train && has(name)) return {folder / "train", folder / name};
    }
    require<DataError>(!has_train, folder.string(),
                       ": has a folder train but neither test nor val (nor validation, nor valid) beside it; "
                       "add one");
    for (const char* name : {"test", "val"}) {
        require<DataError>(!has(name), folder.string(), ": has a folder ", name,
                           " but no train beside it; add one");
    }
    return {folder, folder, true};
}

void write_split(const fs::path& folder, const Dataset& dataset, const std::vector<bool>& present,
                 int jpeg_every) {
    for (std::size_t c = 0; c < present.size(); ++c) {
        const std::string& name = dataset.classes()[c];
        require<DataError>(!name.empty() && name.front() != '.' && name.find('/') == std::string::npos,
                           "class \"", name, "\" cannot name a folder");
        if (present[c]) make_folders(folder / name, folder / name);
    }
    Image image{dataset.shape(), std::vector<std::uint8_t>(dataset.shape().bytes())};
    for (std::int64_t sample = 0; sample < dataset.count(); ++sample) {
        dataset.read(sample, image.pixels.data());
        const bool jpeg = jpeg_every > 0 && sample % jpeg_every == jpeg_every - 1;
        char number[24];
        std::snprintf(number, sizeof number, "%05lld", static_cast<long long>(sample));
        const auto& name = dataset.classes()[static_cast<std::size_t>(dataset.label(sample))];
        framework::write_staged_file(folder / name / text(number, jpeg ? ".jpg" : ".png"),
                                     jpeg ? encode_jpeg(image, 95) : encode_png(image));
    }
}

// Which classes have an image.
std::vector<bool> present_in(const Dataset& dataset) {
    std::vector<bool> present(dataset.classes().size());
    for (std::int64_t i = 0; i < dataset.count(); ++i)
        present[static_cast<std::size_t>(dataset.label(i))] = true;
    return present;
}

}  // namespace

DatasetPtr open_image_folder(const fs::path& folder, Split split, const OpenOptions& options) {
    require_folder(folder, "a folder of images per class");
    const Division division = divide(folder);
    const fs::path& from = split == Split::train ? division.train : division.test;
    std::vector<std::string> classes = list_classes(division.train);
    std::vector<Sample> samples;
    for (const std::string& name : list_classes(from)) {
        const auto at = std::lower_bound(classes.begin(), classes.end(), name);
        require<DataError>(at != classes.end() && *at == name, (from / name).string(),
                           ": no class of that name is in ", division.train.string(),
                           "; the classes of both must agree");
        const auto label = static_cast<int>(at - classes.begin());
        auto images = list_images(from / name);
        if (division.drawn)
            images = share_of(std::move(images), from / name, split, Random(options.seed, label));
        for (fs::path& image : images) samples.push_back({std::move(image), label});
    }
    return std::make_shared<ImageFolder>(std::move(classes), std::move(samples), options);
}

void write_image_folder(const fs::path& folder, const Dataset& train, const Dataset& test, int jpeg_every) {
    const std::vector<bool> in_train = present_in(train);
    for (std::size_t c = 0; c < in_train.size(); ++c) {
        require<DataError>(
            in_train[c], "class ", train.classes()[c],
            " has no image to train on, and a folder per class cannot be empty; write more images");
    }
    require<DataError>(test.count() > 0, "there is no image to test on; write at least one");
    write_split(folder / "train", train, in_train, jpeg_every);
    write_split(folder / "test", test, present_in(test), jpeg_every);
}

}  // namespace runtime::data

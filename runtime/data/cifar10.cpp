#include "runtime/data/cifar10.h"

#include <algorithm>
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

constexpr ImageShape shape{3, 32, 32};
constexpr std::size_t record = 1 + 3 * 32 * 32;
constexpr std::int64_t train_files = 5;

// The archive unpacks into a folder of its own. `folder` may be that folder or its parent.
fs::path locate(const fs::path& folder) {
    require_folder(folder, "binary CIFAR-10");
    const fs::path unpacked = folder / "cifar-10-batches-bin";
    return framework::is_folder(unpacked) ? unpacked : folder;
}

std::vector<fs::path> list_files(const fs::path& folder, Split split) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string file = entry->path().filename().string();
        const bool wanted = split == Split::test ? file == "test_batch.bin" : file.starts_with("data_batch_");
        if (wanted && file.ends_with(".bin")) files.push_back(entry->path());
    }
    require<DataError>(!error, folder.string(), ": cannot be read: ", error.message());
    require<DataError>(!files.empty(), folder.string(), ": holds no ",
                       split == Split::test ? "test_batch.bin" : "data_batch_*.bin",
                       "; unpack the binary version of CIFAR-10 there, or write one with dataset make");
    std::sort(files.begin(), files.end());
    return files;
}

void append(const fs::path& path, std::size_t classes, std::vector<std::uint8_t>& labels,
            std::vector<std::uint8_t>& pixels) {
    const auto content = framework::read_file(path);
    const std::size_t records = content.size() / record;
    require<DataError>(!content.empty(), path.string(), ": is empty; records of ", record,
                       " bytes are expected");
    require<DataError>(content.size() % record == 0, path.string(), ": has ", content.size(), " bytes, but ",
                       records + 1, " records of ", record, " are ", (records + 1) * record,
                       "; the file is cut short or is no CIFAR-10, fetch or write it again");
    for (std::size_t r = 0; r < records; ++r) {
        const auto* from = content.data() + r * record;
        require<DataError>(*from < classes, path.string(), ": record ", r, " has label ", int{*from},
                           ", but only ", classes,
                           " classes are named; the file is damaged, fetch or write it again");
        labels.push_back(*from);
        pixels.insert(pixels.end(), from + 1, from + record);
    }
}

void write_records(const fs::path& path, const Dataset& dataset, std::int64_t first, std::int64_t last) {
    std::vector<std::uint8_t> content(static_cast<std::size_t>(last - first) * record);
    for (std::int64_t sample = first; sample < last; ++sample) {
        auto* to = content.data() + static_cast<std::size_t>(sample - first) * record;
        *to = static_cast<std::uint8_t>(dataset.label(sample));
        dataset.read(sample, to + 1);
    }
    framework::write_file(path, content);
}

}  // namespace

DatasetPtr open_cifar10(const fs::path& folder, Split split) {
    const fs::path found = locate(folder);
    const auto files = list_files(found, split);
    auto classes = read_class_names(found / "batches.meta.txt");
    std::vector<std::uint8_t> labels, pixels;
    for (const fs::path& path : files) append(path, classes.size(), labels, pixels);
    return in_memory(shape, std::move(classes), std::move(labels), std::move(pixels));
}

void write_cifar10(const fs::path& folder, const Dataset& train, const Dataset& test) {
    for (const Dataset* dataset : {&train, &test}) {
        require<DataError>(dataset->shape() == shape && dataset->classes().size() <= 256,
                           "CIFAR-10 holds images of ", shape, " in at most 256 classes, not ",
                           dataset->shape(), " in ", dataset->classes().size());
        require<DataError>(dataset->count() > 0,
                           "CIFAR-10 holds at least one image to train on and one to test");
    }
    const std::int64_t files = std::min(train_files, train.count());
    for (std::int64_t file = 0; file < files; ++file) {
        write_records(folder / text("data_batch_", file + 1, ".bin"), train, train.count() * file / files,
                      train.count() * (file + 1) / files);
    }
    write_records(folder / "test_batch.bin", test, 0, test.count());
    write_class_names(folder / "batches.meta.txt", train.classes());
}

}  // namespace runtime::data

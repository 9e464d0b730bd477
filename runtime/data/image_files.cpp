#include "runtime/data/image_files.h"

#include <algorithm>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "runtime/data/codec.h"
#include "runtime/data/listing.h"

namespace runtime::data {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;

std::vector<fs::path> find_images(const std::vector<fs::path>& paths) {
    std::vector<fs::path> images;
    for (const fs::path& path : paths) {
        if (!framework::is_folder(path)) {
            images.push_back(path);
            continue;
        }
        std::vector<fs::path> below = files_below(path);
        std::erase_if(below, [](const fs::path& file) { return !is_image_name(file); });
        require<DataError>(!below.empty(), path.string(),
                           ": holds no .png, .jpg or .jpeg image, neither do the folders below it");
        std::ranges::move(below, std::back_inserter(images));
    }
    return images;
}

void ImageFiles::read(std::int64_t sample, std::uint8_t* image) const {
    try {
        fit(decode_image(file(sample)), shape_, image);
    } catch (const DataError& error) {
        std::fill_n(image, shape_.bytes(), std::uint8_t{0});
        const std::lock_guard lock(mutex_);
        undecoded_[sample] = error.what();
    }
}

std::optional<std::string> ImageFiles::why(std::int64_t sample) const {
    const std::lock_guard lock(mutex_);
    const auto found = undecoded_.find(sample);
    return found == undecoded_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace runtime::data

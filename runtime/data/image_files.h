// Image files without labels, in the order given, as a set that a Batcher can read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"

namespace runtime::data {

// The images among `paths`: of a folder all files below it with a name of an image, sorted; see
// files_below(). Any other path is taken as it is, even if there is no such file: read() finds that out.
// Throws DataError for a folder without an image.
std::vector<std::filesystem::path> find_images(const std::vector<std::filesystem::path>& paths);

class ImageFiles : public Dataset {
  public:
    // Images are handed out in `shape`. Nothing is read before read() is called.
    ImageFiles(std::vector<std::filesystem::path> files, ImageShape shape)
        : files_(std::move(files)), shape_(shape) {}

    std::int64_t count() const override { return static_cast<std::int64_t>(files_.size()); }
    ImageShape shape() const override { return shape_; }
    const std::vector<std::string>& classes() const override { return classes_; }  // none
    int label(std::int64_t /*sample*/) const override { return 0; }
    // A file that cannot be decoded is handed out as a black image, and why() says so from then on.
    void read(std::int64_t sample, std::uint8_t* image) const override;

    const std::filesystem::path& file(std::int64_t sample) const {
        return files_[static_cast<std::size_t>(sample)];
    }
    // Why the file could not be decoded; nothing if it was, or has not been read yet.
    std::optional<std::string> why(std::int64_t sample) const;

  private:
    std::vector<std::filesystem::path> files_;
    ImageShape shape_;
    std::vector<std::string> classes_;
    mutable std::mutex mutex_;  // guards undecoded_
    mutable std::map<std::int64_t, std::string> undecoded_;
};

}  // namespace runtime::data

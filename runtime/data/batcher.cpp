#include "runtime/data/batcher.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/thread.h"
#include "runtime/data/random.h"

namespace runtime::data {

using framework::DataError;
using framework::require;
using framework::UsageError;

Batcher::Batcher(DatasetPtr dataset, const BatchOptions& options, std::int64_t first)
    : dataset_(std::move(dataset)),
      options_(options),
      transform_(dataset_->shape(), options.transform),
      decoded_(first),
      taken_(first) {
    require<UsageError>(options.batch > 0 && options.ahead > 0 && first >= 0, "batch ", options.batch, ", ",
                        options.ahead, " batches ahead, from number ", first,
                        ": the first two must be positive, the number not negative");
    const std::int64_t count = dataset_->count(), batch = options.batch;
    const bool shuffled = options.order == Order::shuffled;
    per_epoch_ = shuffled ? count / batch : (count + batch - 1) / batch;
    require<DataError>(per_epoch_ > 0, "the data set has ", count, " images, which do not fill one batch of ",
                       batch, "; give a smaller batch or more images");
    const auto images = static_cast<std::size_t>(options.batch);
    slots_.resize(static_cast<std::size_t>(options.ahead));
    for (Slot& slot : slots_) {
        slot.pixels.resize(images * transform_.cropped().bytes());
        slot.labels.resize(images);
    }
    stored_.resize(dataset_->shape().bytes());
    if (shuffled) permutation_.resize(static_cast<std::size_t>(count));
    thread_ = framework::start_thread("decode images", &Batcher::decode_ahead, this);
}

Batcher::~Batcher() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    taken_more_.notify_one();
    thread_.join();
}

int Batcher::next(std::span<float> images, std::span<std::int32_t> labels) {
    const std::size_t in = transform_.cropped().bytes(), out = transform_.output().bytes();
    const auto count = static_cast<std::size_t>(options_.batch);
    require<UsageError>(images.size() == count * out && labels.size() == count, "a batch of ", count,
                        " images of ", out, " values each and as many labels was to be written into ",
                        images.size(), " values and ", labels.size(), " labels");
    {
        std::unique_lock lock(mutex_);
        decoded_more_.wait(lock, [&] { return taken_ < decoded_ || failure_; });
        if (taken_ == decoded_) std::rethrow_exception(failure_);
    }
    const Slot& ready = slot(taken_);
#pragma omp parallel for schedule(static)
    for (std::size_t n = 0; n < ready.labels.size(); ++n) {
        transform_.normalise(&ready.pixels[n * in], images.data() + n * out);
    }
    std::ranges::copy(ready.labels, labels.begin());
    const int valid = ready.valid;
    {
        const std::lock_guard lock(mutex_);
        ++taken_;
    }
    taken_more_.notify_one();
    return valid;
}

void Batcher::decode_ahead() {
    std::unique_lock lock(mutex_);
    while (true) {
        taken_more_.wait(
            lock, [&] { return stop_ || decoded_ - taken_ < static_cast<std::int64_t>(slots_.size()); });
        if (stop_) return;
        const std::int64_t batch = decoded_;
        lock.unlock();
        try {
            fill(batch, slot(batch));
        } catch (...) {
            lock.lock();
            failure_ = std::current_exception();
            decoded_more_.notify_one();
            return;
        }
        lock.lock();
        ++decoded_;
        decoded_more_.notify_one();
    }
}

void Batcher::fill(std::int64_t batch, Slot& slot) {
    const std::int64_t epoch = batch / per_epoch_, start = batch % per_epoch_ * options_.batch;
    slot.valid = static_cast<int>(std::min<std::int64_t>(options_.batch, dataset_->count() - start));
    const std::size_t bytes = transform_.cropped().bytes();
    for (int n = 0; n < slot.valid; ++n) {
        const std::int64_t sample = sample_at(epoch, start + n);
        dataset_->read(sample, stored_.data());
        transform_.crop(stored_.data(), &slot.pixels[static_cast<std::size_t>(n) * bytes], options_.seed,
                        epoch, sample);
        slot.labels[static_cast<std::size_t>(n)] = dataset_->label(sample);
    }
    std::fill(slot.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(slot.valid) * bytes),
              slot.pixels.end(), std::uint8_t{0});
    std::fill(slot.labels.begin() + slot.valid, slot.labels.end(), 0);
}

// Shuffles by Fisher and Yates. It starts from the identity in each epoch, so that a run can start at any
// epoch.
std::int64_t Batcher::sample_at(std::int64_t epoch, std::int64_t position) {
    if (permutation_.empty()) return position;
    if (ordered_epoch_ != epoch) {
        ordered_epoch_ = epoch;
        std::iota(permutation_.begin(), permutation_.end(), 0u);
        Random random(options_.seed, epoch);
        for (std::size_t i = permutation_.size() - 1; i > 0; --i) {
            std::swap(permutation_[i], permutation_[random.below(static_cast<std::uint32_t>(i + 1))]);
        }
    }
    return permutation_[static_cast<std::size_t>(position)];
}

}  // namespace runtime::data

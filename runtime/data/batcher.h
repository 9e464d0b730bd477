// Batches for a training loop, decoded ahead by a thread so that next() seldom waits. Batch number n is the
// same in all runs with the same seed, whichever number a run starts at.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/transform.h"

namespace runtime::data {

enum class Order {
    shuffled,   // a new order each epoch; images that do not fill a batch are left out
    sequential  // in stored order, epoch after epoch; an epoch's last batch may not be full
};

struct BatchOptions {
    int batch = 0;
    Order order = Order::shuffled;
    std::uint64_t seed = 0;
    int ahead = 3;  // batches decoded before they are asked for, kept as bytes
    TransformOptions transform = {};
};

class Batcher {
  public:
    // The first batch handed out has number `first`. Throws DataError if the set does not fill one batch in
    // shuffled order, UsageError if an option is out of range.
    Batcher(DatasetPtr dataset, const BatchOptions& options, std::int64_t first = 0);
    ~Batcher();
    Batcher(const Batcher&) = delete;
    Batcher& operator=(const Batcher&) = delete;

    int batch() const { return options_.batch; }
    ImageShape image_shape() const { return transform_.output(); }
    std::int64_t batches_per_epoch() const { return per_epoch_; }

    // Writes images (N, C, H, W) and labels (N) and returns how many of the N are valid; the rest are black
    // images with label 0. Throws UsageError if a span has another size. Throws the error of the decoding
    // thread once the batches before it are handed out. Only one thread may call it.
    int next(std::span<float> images, std::span<std::int32_t> labels);

  private:
    struct Slot {
        std::vector<std::uint8_t> pixels;  // (N, cropped)
        std::vector<std::int32_t> labels;
        int valid = 0;
    };

    void decode_ahead();
    void fill(std::int64_t batch, Slot& slot);
    std::int64_t sample_at(std::int64_t epoch, std::int64_t position);
    Slot& slot(std::int64_t batch) { return slots_[static_cast<std::size_t>(batch) % slots_.size()]; }

    DatasetPtr dataset_;
    BatchOptions options_;
    Transform transform_;
    std::int64_t per_epoch_ = 0;

    std::vector<std::uint32_t> permutation_;  // of ordered_epoch_; only the thread uses these three
    std::int64_t ordered_epoch_ = -1;
    std::vector<std::uint8_t> stored_;

    std::mutex mutex_;  // guards the five below; a slot belongs to the thread until decoded_ passes it
    std::condition_variable decoded_more_, taken_more_;
    std::int64_t decoded_, taken_;  // batch numbers: [taken_, decoded_) are ready
    bool stop_ = false;
    std::exception_ptr failure_;

    std::vector<Slot> slots_;
    std::thread thread_;
};

}  // namespace runtime::data

// A network without gradients that runs under its plan: images in, logits out.
//
//     auto network = session::prepare(models::inference("resnet50", {.batch = 32, .classes = 10}));
//     auto profile = session::profile(network, {.slow = "dir:/mnt/nvme"});
//     auto solved = session::plan(network, profile, {.dram = 200_MiB});
//     session::Inference inference(network, profile, solved);
//     inference.load_weights("last.safetensors");
//     inference.infer(images, logits);
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "runtime/executor.h"
#include "runtime/host/host_device.h"
#include "runtime/session/plan.h"
#include "runtime/training/training.h"

namespace runtime::session {

struct InferenceOptions {
    bool check_moves = false;  // see Executor::check_moves()
};

class Inference {
  public:
    // `network` is prepared from a graph of models::inference(). Its weights are zero until load_weights().
    // Throws OutOfTierMemory, and UsageError for a simulated network.
    Inference(const Network& network, const Profile& profile, const Solution& solution,
              const InferenceOptions& options = {});
    Inference(const Network& network, const Solution& in_dram, const InferenceOptions& options = {});

    // Reads parameters and running statistics from a checkpoint, as F32, F16 or BF16. Throws DataError, which
    // names the first one that the file does not have in the network's shape.
    void load_weights(const std::filesystem::path& file);

    // Writes the logits (N, classes) of a batch. Both are row-major. The results of a batch under any
    // placement, and those of Training::infer() with the same weights, are the same bit for bit. Throws
    // ShapeError if a size differs, and NonFiniteLoss.
    void infer(std::span<const float> images, std::span<float> logits);

    // Runs the network over `samples` samples of a set; see runtime::answer() and runtime::evaluate().
    void answer(
        data::Batcher& batches, std::int64_t samples, const OnAnswer& each,
        const std::function<bool()>& go_on = [] { return true; });
    Accuracy evaluate(
        data::Batcher& batches, std::int64_t samples,
        const std::function<bool()>& go_on = [] { return true; });

    framework::Bytes dram_bytes() const { return device_->bytes(framework::Tier::dram); }
    framework::Bytes slow_bytes() const { return device_->bytes(framework::Tier::slow); }
    const HostDevice& device() const { return *device_; }
    const Program& program() const { return program_; }
    const Executor& executor() const { return executor_; }
    // Predicted time of the longest kernel or copy; 0: unknown.
    framework::Seconds longest_s() const { return longest_s_; }

  private:
    Inference(const Network& network, const std::string& slow, const Solution& solution,
              const InferenceOptions& options);

    std::shared_ptr<HostDevice> device_;
    Program program_;
    Executor executor_;
    std::vector<std::int32_t> no_labels_;
    framework::Seconds longest_s_ = 0;
};

}  // namespace runtime::session

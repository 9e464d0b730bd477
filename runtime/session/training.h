// A network that trains under its plan: tensors in and out by name, iterations, evaluation, checkpoints.
//
//     auto network = session::prepare(models::training(my_network, {.batch = 32}));
//     auto profile = session::profile(network, {.slow = "dir:/mnt/nvme"});
//     auto solved = session::plan(network, profile, {.dram = 2_GiB});
//     session::Training training(network, profile, solved);
//     for (...) loss = training.step(images, labels, {.learning_rate = 0.05F});
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "runtime/executor.h"
#include "runtime/host/host_device.h"
#include "runtime/session/evaluation.h"
#include "runtime/session/plan.h"
#include "runtime/training/initial_weights.h"
#include "runtime/training/safetensors.h"
#include "runtime/training/training.h"

namespace runtime::session {

struct TrainingOptions {
    std::uint64_t seed = 0;  // of parameters and dropout
    // The network without gradients, as models::inference() makes it. evaluate() and infer() run it.
    std::optional<framework::Graph> evaluation{};
    bool check_moves = false;  // see Executor::check_moves()
};

struct StepOptions {
    float learning_rate = 0.01F;
};

class Training {
  public:
    // Draws random parameters. Throws OutOfTierMemory, and UsageError for a simulated network.
    Training(const Network& network, const Profile& profile, const Solution& solution,
             const TrainingOptions& options = {});
    Training(const Network& network, const Solution& in_dram, const TrainingOptions& options = {});
    ~Training();

    // Runs one iteration and returns its loss. `images` and `labels` are row-major and have the shapes of the
    // graph's inputs of these names. The second form is for networks with other inputs: put() them first.
    // Throws ShapeError if a size differs, and what Executor::run() throws.
    float step(std::span<const float> images, std::span<const std::int32_t> labels,
               const StepOptions& options = {});
    float step(const StepOptions& options = {});

    // Runs iterations next_iteration() to `last` − 1 over batches of "images" and "labels". `after` is called
    // after each iteration, and may evaluate and save; if it returns false, the loop ends. Throws ShapeError
    // for batches of other shapes, and what runtime::train() throws.
    struct LoopOptions {
        std::int64_t last = 0;
        LearningRate rate{};
        std::function<bool(const IterationResult&)> after{};
    };
    void train(data::Batcher& batches, const LoopOptions& options);

    // put() writes an input, a parameter or a state; an input keeps its value until the next step. get()
    // reads these and the results that the graph keeps. Values are row-major. Throw DataError if no such
    // tensor has this name, ShapeError if sizes or types differ.
    void put(const std::string& name, std::span<const float> values);
    void put(const std::string& name, std::span<const std::int32_t> values);
    void get(const std::string& name, std::span<float> values) const;

    // Runs the evaluated network on a batch between two iterations, in the arenas of training. Parameters and
    // states do not change. Returns its loss; writes its logits (N, classes) to `logits` if that is not
    // empty. Throws UsageError without TrainingOptions::evaluation.
    float infer(std::span<const float> images, std::span<const std::int32_t> labels,
                std::span<float> logits = {});
    // Runs it on `samples` samples of a set; see runtime::evaluate().
    Accuracy evaluate(
        data::Batcher& batches, std::int64_t samples,
        const std::function<bool()>& go_on = [] { return true; });

    // save() writes parameters, states and the number of the next iteration, with `about` as metadata. load()
    // reads them and returns the metadata. Both throw DataError.
    void save(const std::filesystem::path& file, StoredMetadata about = {}) const;
    StoredMetadata load(const std::filesystem::path& file);
    // Reads parameters and running statistics alone; see runtime::load_weights().
    InitialWeights load_weights(const std::filesystem::path& file);

    std::int64_t next_iteration() const { return next_; }
    const IterationTime& last_time() const { return last_time_; }  // of the last step()
    // Sizes of the arenas, evaluation included.
    framework::Bytes dram_bytes() const { return device_->bytes(framework::Tier::dram); }
    framework::Bytes slow_bytes() const { return device_->bytes(framework::Tier::slow); }
    const HostDevice& device() const { return *device_; }

    Program& program() { return program_; }
    const Program& program() const { return program_; }
    Executor& executor() { return executor_; }
    const Executor& executor() const { return executor_; }
    const Executor* evaluation() const;  // null without TrainingOptions::evaluation
    // Predicted time of the longest kernel or copy; 0: unknown.
    framework::Seconds longest_s() const { return longest_s_; }

  private:
    struct Evaluator;
    struct Parts;
    static Parts make(const Network& network, const Profile& profile, const Solution& solution,
                      const TrainingOptions& options);
    explicit Training(Parts parts);
    Evaluator& evaluator();

    std::shared_ptr<HostDevice> device_;
    std::unique_ptr<Evaluator> evaluator_;
    Program program_;
    Executor executor_;
    std::uint64_t seed_ = 0;
    std::int64_t next_ = 0;
    IterationTime last_time_;
    framework::Seconds longest_s_ = 0;
};

}  // namespace runtime::session

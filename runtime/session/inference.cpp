#include "runtime/session/inference.h"

#include "framework/base/error.h"
#include "runtime/session/execution.h"
#include "runtime/training/initial_weights.h"

namespace runtime::session {

namespace {

Program program_of(const Network& network, const Solution& solution,
                   const std::shared_ptr<HostDevice>& device) {
    return {network.lowered, network.schedule, solution.result.plan.value(), device};
}

std::shared_ptr<HostDevice> device_for(const Network& network, const Solution& solution,
                                       const std::string& slow) {
    require_runnable(network);
    return open_device(solution.result.plan.value(), slow);
}

}  // namespace

Inference::Inference(const Network& network, const std::string& slow, const Solution& solution,
                     const InferenceOptions& options)
    : device_(device_for(network, solution, slow)),
      program_(program_of(network, solution, device_)),
      executor_(program_) {
    if (options.check_moves) executor_.check_moves();
    const framework::Shape& labels = program_.graph().tensor(program_.find("labels")).type.shape;
    no_labels_.resize(static_cast<std::size_t>(labels.elements()));
}

Inference::Inference(const Network& network, const Solution& in_dram, const InferenceOptions& options)
    : Inference(network, std::string(), in_dram, options) {}

Inference::Inference(const Network& network, const Profile& profile, const Solution& solution,
                     const InferenceOptions& options)
    : Inference(network, profile.slow, solution, options) {
    longest_s_ = keep_to(profile, executor_, *device_);
}

void Inference::load_weights(const std::filesystem::path& file) {
    const InitialWeights found = runtime::load_weights(file, program_);
    if (found.left.empty()) return;
    const auto& [name, why] = found.left.front();
    throw framework::DataError(framework::text(file.string(), ": has not all weights of the network: ", name,
                                               ": ", why, "; give a checkpoint of this network"));
}

void Inference::infer(std::span<const float> images, std::span<float> logits) {
    session::infer(executor_, images, no_labels_, logits);
}

void Inference::answer(data::Batcher& batches, std::int64_t samples, const OnAnswer& each,
                       const std::function<bool()>& go_on) {
    runtime::answer(executor_, batches, samples, each, go_on);
}

Accuracy Inference::evaluate(data::Batcher& batches, std::int64_t samples,
                             const std::function<bool()>& go_on) {
    return runtime::evaluate(executor_, batches, samples, go_on);
}

}  // namespace runtime::session

#include "runtime/session/training.h"

#include "framework/base/error.h"
#include "runtime/session/execution.h"
#include "runtime/training/checkpoint.h"
#include "runtime/training/parameters.h"

namespace runtime::session {

using framework::require;
using framework::Tier;

// The evaluated network, in the arenas of training.
struct Training::Evaluator {
    std::vector<EvaluationPlan::Aside> aside;
    Program program;
    Executor executor;

    Evaluator(Network network, EvaluationPlan planned, const std::shared_ptr<Device>& device)
        : aside(std::move(planned.aside)),
          program(std::move(network.lowered), std::move(network.schedule), std::move(planned.plan), device),
          executor(program) {}

    // Calls run() while the bytes of `aside` wait in slow memory.
    template <class Run>
    auto with_room(Run run) {
        move(Tier::slow);
        try {
            auto result = run();
            move(Tier::dram);
            return result;
        } catch (...) {
            move(Tier::dram);
            throw;
        }
    }

    void move(Tier towards) const {
        const bool spill = towards == Tier::slow;
        for (const auto& [dram, slow, bytes] : aside)
            program.device().copy({.from = spill ? Tier::dram : Tier::slow,
                                   .to = towards,
                                   .from_offset = spill ? dram : slow,
                                   .to_offset = spill ? slow : dram,
                                   .bytes = bytes});
    }
};

// The parts of a Training, in the order in which they are made.
struct Training::Parts {
    std::shared_ptr<HostDevice> device;
    std::unique_ptr<Evaluator> evaluator;
    Program program;
    std::uint64_t seed;
    bool check_moves;
};

namespace {

struct PlannedEvaluation {
    Network network;
    EvaluationPlan planned;
};

}  // namespace

Training::Parts Training::make(const Network& network, const Profile& profile, const Solution& solution,
                               const TrainingOptions& options) {
    framework::Plan plan = solution.result.plan.value();
    require_runnable(network);
    std::optional<PlannedEvaluation> evaluation;
    framework::Plan most;  // only its arenas: of training, or of evaluation if there is one
    most.arena = plan.arena;
    if (options.evaluation) {
        Network evaluated = prepare_evaluation(*options.evaluation, network);
        EvaluationPlan planned = plan_evaluation(evaluated, network, plan, solution.dram_budget);
        most.arena = planned.plan.arena;
        evaluation = PlannedEvaluation{std::move(evaluated), std::move(planned)};
    }
    const std::shared_ptr<HostDevice> device = open_device(most, profile.slow);
    std::unique_ptr<Evaluator> evaluator;
    if (evaluation)
        evaluator = std::make_unique<Evaluator>(std::move(evaluation->network),
                                                std::move(evaluation->planned), device);
    return {device, std::move(evaluator), Program(network.lowered, network.schedule, std::move(plan), device),
            options.seed, options.check_moves};
}

Training::Training(Parts parts)
    : device_(std::move(parts.device)),
      evaluator_(std::move(parts.evaluator)),
      program_(std::move(parts.program)),
      executor_(program_),
      seed_(parts.seed) {
    if (parts.check_moves) executor_.check_moves();
    if (parts.check_moves && evaluator_) evaluator_->executor.check_moves();
    initialize(program_, seed_);
}

Training::Training(const Network& network, const Solution& in_dram, const TrainingOptions& options)
    : Training(make(network, Profile(), in_dram, options)) {}

Training::Training(const Network& network, const Profile& profile, const Solution& solution,
                   const TrainingOptions& options)
    : Training(make(network, profile, solution, options)) {
    longest_s_ = keep_to(profile, executor_, *device_);
}

Training::~Training() = default;

void Training::put(const std::string& name, std::span<const float> values) {
    program_.put(program_.find(name), values);
}

void Training::put(const std::string& name, std::span<const std::int32_t> values) {
    program_.put(program_.find(name), values);
}

void Training::get(const std::string& name, std::span<float> values) const {
    program_.get(program_.find(name), values);
}

float Training::step(std::span<const float> images, std::span<const std::int32_t> labels,
                     const StepOptions& options) {
    put("images", images);
    put("labels", labels);
    return step(options);
}

float Training::step(const StepOptions& options) {
    last_time_ = executor_.run({next_, seed_, options.learning_rate});
    ++next_;
    return executor_.loss();
}

void Training::train(data::Batcher& batches, const LoopOptions& options) {
    runtime::train(executor_, batches,
                   {.first = next_,
                    .last = options.last,
                    .rate = options.rate,
                    .seed = seed_,
                    .after = [&](const IterationResult& result) {
                        next_ = result.number + 1;
                        return !options.after || options.after(result);
                    }});
}

float Training::infer(std::span<const float> images, std::span<const std::int32_t> labels,
                      std::span<float> logits) {
    Evaluator& e = evaluator();
    return e.with_room([&] { return session::infer(e.executor, images, labels, logits); });
}

Accuracy Training::evaluate(data::Batcher& batches, std::int64_t samples,
                            const std::function<bool()>& go_on) {
    Evaluator& e = evaluator();
    return e.with_room([&] { return runtime::evaluate(e.executor, batches, samples, go_on); });
}

Training::Evaluator& Training::evaluator() {
    require<framework::UsageError>(evaluator_ != nullptr,
                                   "this training has no network to evaluate: give it one by "
                                   "TrainingOptions::evaluation");
    return *evaluator_;
}

const Executor* Training::evaluation() const {
    return evaluator_ ? &evaluator_->executor : nullptr;
}

void Training::save(const std::filesystem::path& file, StoredMetadata about) const {
    about["iteration"] = std::to_string(next_);
    save_checkpoint(file, program_, about);
}

StoredMetadata Training::load(const std::filesystem::path& file) {
    StoredMetadata about = load_checkpoint(file, program_);
    next_ = runtime::next_iteration(file, about);
    return about;
}

InitialWeights Training::load_weights(const std::filesystem::path& file) {
    return runtime::load_weights(file, program_);
}

}  // namespace runtime::session

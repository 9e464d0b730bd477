#include "runtime/session/training.h"

#include <algorithm>
#include <type_traits>

#include "framework/base/error.h"
#include "framework/plan/timeline.h"
#include "runtime/host/mover.h"
#include "runtime/training/checkpoint.h"
#include "runtime/training/parameters.h"

namespace runtime::session {

using framework::Bytes;
using framework::DType;
using framework::require;
using framework::TensorId;
using framework::Tier;

// The evaluated network, in the arenas of training.
struct Training::Evaluator {
    std::vector<EvaluationPlan::Aside> aside;
    Program program;
    Executor executor;
    framework::CopyCosts copy;

    Evaluator(Network network, EvaluationPlan planned, const framework::Profile& times,
              const std::shared_ptr<const Arenas>& arenas)
        : aside(std::move(planned.aside)),
          program(std::move(network.lowered), std::move(network.schedule), std::move(planned.plan), arenas),
          executor(program),
          copy(times.copy) {}

    // What is in the way waits in slow memory while `run` runs.
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
        const Block &dram = program.dram(), &slow = program.slow_memory().block;
        for (const auto& [dram_offset, slow_offset, bytes] : aside) {
            std::byte *a = dram.data() + dram_offset, *b = slow.data() + slow_offset;
            const bool spill = towards == Tier::slow;
            move_bytes(slow, towards, spill ? b : a, spill ? a : b, bytes,
                       (spill ? copy[Tier::dram][Tier::slow] : copy[Tier::slow][Tier::dram]).threads);
        }
    }
};

// What a Training is made from, in the order of making.
struct Training::Parts {
    std::unique_ptr<Evaluator> evaluator;
    Program program;
    std::uint64_t seed;
};

namespace {

struct PlannedEvaluation {
    Network network;
    EvaluationPlan planned;
};

std::shared_ptr<const Arenas> open_arenas(Bytes dram_bytes, Bytes slow_bytes, const std::string& slow) {
    auto arenas = std::make_shared<Arenas>();
    if (slow_bytes > 0) arenas->slow = open_slow_memory(slow, slow_bytes);
    arenas->dram = Block(dram_bytes);
    return arenas;
}

}  // namespace

Training::Parts Training::make(const Network& network, const Profile& profile, const Solution& solution,
                               const TrainingOptions& options) {
    framework::Plan plan = solution.result.plan.value();
    require<framework::UsageError>(
        !network.options.simulated,
        "a network that was prepared to be simulated cannot train; prepare it anew");
    std::optional<PlannedEvaluation> evaluation;
    framework::Plan most;  // the arenas of both
    most.arena[Tier::dram] = plan.arena[Tier::dram];
    most.arena[Tier::slow] = plan.arena[Tier::slow];
    if (options.evaluation) {
        Network evaluated = prepare_evaluation(*options.evaluation, network);
        EvaluationPlan planned = plan_evaluation(evaluated, network, plan, solution.dram_budget);
        most.arena[Tier::dram] = planned.plan.arena[Tier::dram];
        most.arena[Tier::slow] = planned.plan.arena[Tier::slow];
        evaluation.emplace(std::move(evaluated), std::move(planned));
    }
    const std::string reason = no_room(most, profile.slow);
    require<framework::OutOfTierMemory>(reason.empty(), reason);
    const auto arenas = open_arenas(most.arena[Tier::dram], most.arena[Tier::slow], profile.slow);
    std::unique_ptr<Evaluator> evaluator;
    if (evaluation)
        evaluator = std::make_unique<Evaluator>(std::move(evaluation->network),
                                                std::move(evaluation->planned), profile.times(), arenas);
    return {std::move(evaluator), Program(network.lowered, network.schedule, std::move(plan), arenas),
            options.seed};
}

Training::Training(Parts parts)
    : evaluator_(std::move(parts.evaluator)),
      program_(std::move(parts.program)),
      executor_(program_),
      seed_(parts.seed) {
    initialize(program_, seed_);
}

Training::Training(const Network& network, const Solution& in_dram, const TrainingOptions& options)
    : Training(make(network, Profile(), in_dram, options)) {
    if (options.check_moves) executor_.check_moves();
}

Training::Training(const Network& network, const Profile& profile, const Solution& solution,
                   const TrainingOptions& options)
    : Training(make(network, profile, solution, options)) {
    const framework::Profile& times = profile.times();
    executor_.copy_as(times.copy);
    if (profile.mode == Mode::emulated) executor_.emulate(times);
    if (profile.measured.one_by_one) executor_.write_back_spills();
    if (options.check_moves) executor_.check_moves();
    const framework::Timeline timeline = framework::play(program_.instructions(), times);
    for (const framework::TimeSpan& interval : timeline.instructions)
        longest_s_ = std::max(longest_s_, interval.length());
}

Training::~Training() = default;

namespace {

// A tensor that can be reached from outside, of this type and size.
TensorId reachable(const Program& program, const std::string& name, DType dtype, std::size_t count) {
    const framework::Graph& graph = program.graph();
    const TensorId id = graph.find(name);
    require<framework::DataError>(
        id >= 0, "the graph has no tensor \"", name,
        "\" that can be read or written from outside; keep() it when building the graph");
    const framework::TensorType& type = graph.tensor(id).type;
    require<framework::ShapeError>(
        type.dtype == dtype && static_cast<std::int64_t>(count) == type.shape.elements(), "tensor \"", name,
        "\" is ", type.shape, " of ", framework::name_of(type.dtype), ", ", type.shape.elements(),
        " values; ", count, " of ", framework::name_of(dtype), " were given");
    return id;
}

template <class T>
void write(Program& program, const std::string& name, DType dtype, std::span<const T> values) {
    const TensorId id = reachable(program, name, dtype, values.size());
    const framework::Role role = program.graph().tensor(id).role;
    require<framework::DataError>(role != framework::Role::activation, "tensor \"", name,
                                  "\" is a result of the iteration and can only be read; write an input, a "
                                  "parameter or a state");
    if (role == framework::Role::input) {
        std::ranges::copy(std::as_bytes(values), program.address(id));
    } else if constexpr (std::is_same_v<T, float>) {
        program.write(id, values.data());
    }
}

float loss_of(const Program& program) {
    return *program.floats("loss");
}

}  // namespace

void Training::put(const std::string& name, std::span<const float> values) {
    write(program_, name, DType::f32, values);
}

void Training::put(const std::string& name, std::span<const std::int32_t> values) {
    write(program_, name, DType::s32, values);
}

void Training::get(const std::string& name, std::span<float> values) const {
    program_.read(reachable(program_, name, DType::f32, values.size()), values.data());
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
    return loss_of(program_);
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
    return e.with_room([&] {
        write(e.program, "images", DType::f32, images);
        write(e.program, "labels", DType::s32, labels);
        e.executor.run({});
        if (!logits.empty())
            e.program.read(reachable(e.program, "logits", DType::f32, logits.size()), logits.data());
        return loss_of(e.program);
    });
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

Bytes Training::dram_bytes() const {
    return program_.dram().bytes();
}

Bytes Training::slow_bytes() const {
    return program_.slow_memory().block.bytes();
}

}  // namespace runtime::session

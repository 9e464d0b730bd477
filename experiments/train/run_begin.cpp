// How a run begins: its length, its learning rate, its initial weights, and what its checkpoints say.
#include "experiments/train/run.h"
#include "framework/base/error.h"
#include "runtime/training/continuation.h"
#include "runtime/training/run_description.h"

namespace experiments::train {

using framework::text;

// Sets the first and the last iteration, the learning rate and the initial weights.
void Run::begin() {
    const std::int64_t per_epoch = data_.train->count() / flags_.model.batch;
    last_ = flags_.iterations                   ? flags_.iterations
            : flags_.epochs                     ? flags_.epochs * per_epoch
            : flags_.images.data == "synthetic" ? 10
                                                : per_epoch;
    if (!flags_.init.empty()) begin_from_weights();
    if (!flags_.resume.empty()) {
        take_up(runtime::current_keys(flags_.resume, training_->load(flags_.resume)));
    } else {
        rate_ = rate_of(last_);
    }
    done_ = first_ = training_->next_iteration();
}

runtime::LearningRate Run::rate_of(std::int64_t iterations) const {
    using Rate = runtime::LearningRate;
    return {.shape = runtime::parse_shape(flags_.schedule),
            .base = flags_.learning_rate,
            .warmup = flags_.warmup >= 0 ? flags_.warmup : Rate::default_warmup(iterations),
            .total = iterations,
            .every = flags_.step_every ? flags_.step_every : Rate::default_every(iterations),
            .factor = flags_.step_factor};
}

// What this run stores in its checkpoints.
runtime::StoredMetadata Run::description() const {
    const runtime::RunDescription run{.model = flags_.model.name,
                                      .stem = stem_name(flags_.model, data_.network.image_size),
                                      .classes = data_.network.classes,
                                      .batch = flags_.model.batch,
                                      .seed = flags_.model.seed,
                                      .data = flags_.images.data,
                                      .validation = flags_.images.validation,
                                      .rate = rate_,
                                      .sgd = flags_.sgd,
                                      .label_smoothing = flags_.smoothing};
    return run.metadata(*data_.train, data_.training);
}

// Continues the run with the metadata `about`, whose checkpoint has been loaded.
void Run::take_up(const runtime::StoredMetadata& about) {
    const std::string& file = flags_.resume;
    const std::int64_t planned = runtime::planned_iterations(file, about);
    if (!flags_.iterations && !flags_.epochs) last_ = planned;
    rate_ = rate_of(last_);
    runtime::require_continues(file, about, description());
    evaluations_ = runtime::Evaluations(file, about);
    progress_.note(text(file, ": ", training_->next_iteration(), " of ", planned, " iterations are done",
                        training_->next_iteration() >= last_ ? "; none is left to train" : ""));
    if (last_ == planned) return;
    progress_.note(text("training goes on to iteration ", last_, "; the learning rate (", flags_.schedule,
                        ", ", rate_.warmup, " warm-up iterations) is that of a run of ", last_,
                        " iterations from its start"));
}

void Run::begin_from_weights() {
    const runtime::InitialWeights found = training_->load_weights(flags_.init);
    progress_.note(text(flags_.init, ": took ", found.taken.size(), " of the model's ",
                        found.taken.size() + found.left.size(), " parameters and running statistics"));
    Json left = Json::array();
    for (const auto& [name, why] : found.left) {
        progress_.note(text("  not taken: ", name, ": ", why));
        left.push_back({{"name", name}, {"why", why}});
    }
    report_["init"] = {
        {"file", flags_.init}, {"taken", found.taken}, {"left", std::move(left)}, {"unused", found.unused}};
}

}  // namespace experiments::train

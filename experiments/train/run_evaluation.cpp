// How a run is evaluated: between its epochs, and at its end.
#include "experiments/train/run.h"

namespace experiments::train {

Run::Judge Run::judge() const {
    if (data_.validation) return {"validation", data_.validation};
    return {"test", data_.test};
}

std::optional<runtime::Accuracy> Run::measure(const data::DatasetPtr& set) {
    const Watchdog watchdog(training_->evaluation()->kernels_ended(), 0);
    data::Batcher batches(
        set, {.batch = flags_.model.batch, .order = data::Order::sequential, .transform = data_.testing});
    const auto accuracy = training_->evaluate(batches, set->count(), [] { return stop_signal() == 0; });
    return stop_signal() ? std::nullopt : std::optional(accuracy);
}

bool Run::is_evaluation_due() const {
    const std::int64_t epochs = flags_.epochs_to_evaluation();
    return epochs > 0 && (done_ == last_ || done_ % (epochs * batches_->batches_per_epoch()) == 0);
}

void Run::evaluate_between_epochs() {
    if (watchdog_) watchdog_->pause();
    const Judge by = judge();
    const auto accuracy = measure(by.set);
    if (watchdog_) watchdog_->resume();
    if (!accuracy) return;
    if (by.set == data_.test) last_on_test_ = accuracy;
    history_->add_accuracy(accuracy->top1);
    if (!evaluations_.add({done_, accuracy->top1}) || flags_.checkpoint_best.empty()) return;
    save_to(flags_.checkpoint_best);
    best_saved_at_ = done_;
}

void Run::evaluate_at_end() {
    const auto accuracy = last_on_test_ ? last_on_test_ : measure(data_.test);
    if (accuracy) accuracy_ = *accuracy;
}

bool Run::is_exhausted() const {
    return flags_.patience > 0 && evaluations_.exhausted(flags_.patience * batches_->batches_per_epoch());
}

}  // namespace experiments::train

#include "runtime/training/training.h"

#include <algorithm>
#include <span>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "runtime/training/ranking.h"

namespace runtime {

namespace {

// A batch on its way into the program, whose shapes it must have.
struct Inputs {
    framework::TensorId images_id, labels_id;
    std::vector<float> images;
    std::vector<std::int32_t> labels;

    Inputs(const Program& program, const data::Batcher& batches)
        : images_id(program.find("images")), labels_id(program.find("labels")) {
        const framework::Shape& shape = program.graph().tensor(images_id).type.shape;
        const data::ImageShape image = batches.image_shape();
        const framework::Shape given{batches.batch(), image.channels, image.height, image.width};
        framework::require<framework::ShapeError>(shape == given, "the network reads images ", shape,
                                                  ", and batches of images ", given, " were given");
        images.resize(static_cast<std::size_t>(shape.elements()));
        labels.resize(static_cast<std::size_t>(shape.batch()));
    }

    // Returns how many samples count; see Batcher::next().
    int next(data::Batcher& batches, Program& program) {
        const int valid = batches.next(images, labels);
        program.put<float>(images_id, images);
        program.put<std::int32_t>(labels_id, labels);
        return valid;
    }
};

}  // namespace

void train(Executor& executor, data::Batcher& batches, const LoopOptions& options) {
    Program& program = executor.program();
    Inputs inputs(program, batches);
    const framework::TensorId loss = program.find("loss");
    for (std::int64_t number = options.first; number < options.last; ++number) {
        const framework::Clock::time_point start = framework::Clock::now();
        inputs.next(batches, program);
        IterationResult result;
        result.number = number;
        result.learning_rate = options.rate.at(number);
        result.wait = framework::since(start);
        result.time = executor.run({number, options.seed, result.learning_rate});
        program.get(loss, std::span(&result.loss, 1));
        if (options.after && !options.after(result)) return;
    }
}

void answer(Executor& executor, data::Batcher& batches, std::int64_t samples, const OnAnswer& each,
            const std::function<bool()>& go_on) {
    Program& program = executor.program();
    const framework::TensorId id = program.find("logits");
    const framework::Shape shape = program.graph().tensor(id).type.shape;
    Inputs inputs(program, batches);
    std::vector<float> logits(static_cast<std::size_t>(shape.elements()));
    std::int64_t seen = 0;
    while (seen < samples && go_on()) {
        const int valid = inputs.next(batches, program);
        executor.run({});
        program.get<float>(id, logits);
        for (int n = 0; n < valid && seen < samples; ++n, ++seen)
            each(inputs.labels[n], {logits.data() + n * shape[1], static_cast<std::size_t>(shape[1])});
    }
}

void AccuracyCount::add(int label, std::span<const float> logits) {
    const auto rank = rank_of(logits, label);
    first_ += rank && *rank < 1;
    fifth_ += rank && *rank < 5;
    has_fifth_ = logits.size() > 5;
    ++seen_;
}

Accuracy AccuracyCount::accuracy() const {
    const auto count = static_cast<double>(std::max<std::int64_t>(seen_, 1));
    Accuracy found{.top1 = static_cast<double>(first_) / count, .top5 = {}, .samples = seen_};
    if (has_fifth_) found.top5 = static_cast<double>(fifth_) / count;
    return found;
}

Accuracy evaluate(Executor& executor, data::Batcher& batches, std::int64_t samples,
                  const std::function<bool()>& go_on) {
    AccuracyCount count;
    answer(
        executor, batches, samples,
        [&](int label, std::span<const float> logits) { count.add(label, logits); }, go_on);
    return count.accuracy();
}

}  // namespace runtime

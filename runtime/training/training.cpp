#include "runtime/training/training.h"

#include <algorithm>
#include <span>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "runtime/training/ranking.h"

namespace runtime {

namespace {

struct Inputs {
    std::span<float> images;
    std::span<std::int32_t> labels;
};

std::size_t elements(const Program& program, const char* name) {
    return static_cast<std::size_t>(program.graph().tensor(program.graph().find(name)).type.shape.elements());
}

// The inputs of the program, into which batches are written. Batches must have the graph's shapes.
Inputs inputs_of(const Program& program, const data::Batcher& batches) {
    float* images = program.floats("images");
    auto* labels = reinterpret_cast<std::int32_t*>(program.floats("labels"));
    const framework::Shape& shape = program.graph().tensor(program.graph().find("images")).type.shape;
    const data::ImageShape image = batches.image_shape();
    const framework::Shape given{batches.batch(), image.channels, image.height, image.width};
    framework::require<framework::ShapeError>(shape == given, "the network reads images ", shape,
                                              ", and batches of images ", given, " were given");
    return {{images, elements(program, "images")}, {labels, elements(program, "labels")}};
}

}  // namespace

void train(Executor& executor, data::Batcher& batches, const LoopOptions& options) {
    const Inputs inputs = inputs_of(executor.program(), batches);
    const float* loss = executor.program().floats("loss");
    for (std::int64_t number = options.first; number < options.last; ++number) {
        const framework::Clock::time_point start = framework::Clock::now();
        batches.next(inputs.images, inputs.labels);
        IterationResult result;
        result.number = number;
        result.learning_rate = options.rate.at(number);
        result.wait = framework::since(start);
        result.time = executor.run({number, options.seed, result.learning_rate});
        result.loss = *loss;
        if (options.after && !options.after(result)) return;
    }
}

Accuracy evaluate(Executor& executor, data::Batcher& batches, std::int64_t samples,
                  const std::function<bool()>& go_on) {
    const Program& program = executor.program();
    const framework::TensorId id = program.graph().find("logits");
    const framework::Shape shape = program.graph().tensor(id).type.shape;
    // Later tensors may reuse the bytes of the labels, so the labels are read from a copy.
    std::vector<std::int32_t> labels(static_cast<std::size_t>(shape.batch()));
    const Inputs inputs = inputs_of(program, batches);
    const float* logits = program.floats("logits");
    std::int64_t first = 0, fifth = 0, seen = 0;
    while (seen < samples && go_on()) {
        const int valid = batches.next(inputs.images, labels);
        std::ranges::copy(labels, inputs.labels.begin());
        executor.run({});
        for (int n = 0; n < valid && seen < samples; ++n, ++seen) {
            const std::span<const float> row(logits + n * shape[1], static_cast<std::size_t>(shape[1]));
            const auto rank = rank_of(row, labels[n]);
            first += rank && *rank < 1;
            fifth += rank && *rank < 5;
        }
    }
    const auto count = static_cast<double>(std::max<std::int64_t>(seen, 1));
    Accuracy accuracy{.top1 = static_cast<double>(first) / count, .top5 = {}, .samples = seen};
    if (shape[1] > 5) accuracy.top5 = static_cast<double>(fifth) / count;
    return accuracy;
}

}  // namespace runtime

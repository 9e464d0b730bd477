#include "runtime/training.h"

#include <algorithm>

#include "framework/clock.h"

namespace runtime {

namespace {

struct Inputs {
    float* images;
    std::int32_t* labels;
};

Inputs inputs_of(const Program& program) {
    return {program.floats("images"), reinterpret_cast<std::int32_t*>(program.floats("labels"))};
}

}  // namespace

void train(Executor& executor, data::Batcher& batches, const LoopOptions& options) {
    const Inputs inputs = inputs_of(executor.program());
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
    // Labels may share their bytes with what comes later: they are read from a copy.
    std::vector<std::int32_t> labels(static_cast<std::size_t>(shape.batch()));
    const Inputs inputs = inputs_of(program);
    const float* logits = program.floats("logits");
    std::int64_t first = 0, fifth = 0, seen = 0;
    while (seen < samples && go_on()) {
        const int valid = batches.next(inputs.images, labels.data());
        std::copy(labels.begin(), labels.end(), inputs.labels);
        executor.run({});
        for (int n = 0; n < valid && seen < samples; ++n, ++seen) {
            const float* row = logits + n * shape[1];
            const float own = row[labels[static_cast<std::size_t>(n)]];
            const auto better = std::count_if(row, row + shape[1], [&](float other) { return other > own; });
            first += better < 1;
            fifth += better < 5;
        }
    }
    const auto count = static_cast<double>(std::max<std::int64_t>(seen, 1));
    return {static_cast<double>(first) / count, static_cast<double>(fifth) / count, seen};
}

}  // namespace runtime

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

Accuracy evaluate(Executor& executor, data::Batcher& batches, std::int64_t samples,
                  const std::function<bool()>& go_on) {
    Program& program = executor.program();
    const framework::TensorId id = program.find("logits");
    const framework::Shape shape = program.graph().tensor(id).type.shape;
    Inputs inputs(program, batches);
    std::vector<float> logits(static_cast<std::size_t>(shape.elements()));
    std::int64_t first = 0, fifth = 0, seen = 0;
    while (seen < samples && go_on()) {
        const int valid = inputs.next(batches, program);
        executor.run({});
        program.get<float>(id, logits);
        for (int n = 0; n < valid && seen < samples; ++n, ++seen) {
            const std::span<const float> row(logits.data() + n * shape[1],
                                             static_cast<std::size_t>(shape[1]));
            const auto rank = rank_of(row, inputs.labels[n]);
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

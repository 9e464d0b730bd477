// What a user writes outside the tree: a network of their own, trained in DRAM on one batch of stripes.
#include <iostream>

#include "framework/graph/layers.h"
#include "models/models.h"
#include "optimizer/solve.h"
#include "runtime/executor.h"
#include "runtime/training/parameters.h"

using namespace framework;

Tensor network(Tensor images) {
    const auto x = images | conv(16, {.kernel = 3, .padding = 1}) | batch_norm | relu | max_pool();
    const auto y = x | conv(16, {.kernel = 3, .padding = 1}) | batch_norm;
    return relu(x + y) | global_avg_pool | linear(4);
}

int main() {
    const int batch = 32, size = 16, pixels = 3 * size * size;
    auto lowered = runtime::lower(models::training(network, {.batch = batch, .image_size = size}));
    const Schedule schedule(lowered.graph);
    Profile profile{{}, {.bytes_per_s = 1e9}, {.bytes_per_s = 1e9}};
    profile.kernels.assign(static_cast<std::size_t>(schedule.steps()), {{Timing{}}});  // all equally fast
    const auto solved = optimizer::solve(optimizer::Placement::dram, {schedule, profile, Bytes{1} << 30});
    runtime::Program program(std::move(lowered), schedule, solved.plan.value());
    runtime::initialize(program, 1);
    runtime::Executor executor(program);

    float first = 0, loss = 0;
    for (int i = 0; i < 30; ++i) {
        float* images = program.floats("images");
        auto* labels = reinterpret_cast<std::int32_t*>(program.floats("labels"));
        for (int n = 0; n < batch; ++n) labels[n] = n % 4;
        for (int j = 0; j < batch * pixels; ++j) images[j] = j % size % (j / pixels % 4 + 2) == 0 ? 1.F : 0.F;
        executor.run({.number = i, .seed = 1, .learning_rate = 0.05F});
        loss = *program.floats("loss");
        if (i == 0) first = loss;
        std::cout << "iteration " << i << ": loss " << loss << '\n';
    }
    return loss < first / 2 ? 0 : 1;
}

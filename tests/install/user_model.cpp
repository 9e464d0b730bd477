#include <iostream>

#include "framework/graph/layers.h"
#include "models/models.h"
#include "runtime/session/session.h"

using namespace framework;
namespace session = runtime::session;

Tensor network(Tensor images) {
    const auto x = images | conv(16, {.kernel = 3, .padding = 1}) | batch_norm | relu | max_pool();
    const auto y = x | conv(16, {.kernel = 3, .padding = 1}) | batch_norm;
    return relu(x + y) | global_avg_pool | linear(4);
}

int main() {
    const auto prepared = session::prepare(models::training(network, {.batch = 32, .image_size = 16}));
    const auto profile = session::profile(prepared, {.slow = "dir:/tmp"});  // kernels in DRAM, and in a file
    const auto plan = session::plan(prepared, profile, {.dram = prepared.all_dram_bytes / 4});
    session::Training training(prepared, profile, plan);

    std::vector<float> images(32 * 3 * 16 * 16), losses;  // stripes, of four widths
    std::vector<int> labels(32);
    for (int n = 0; n < 32; ++n) labels[n] = n % 4;
    for (int i = 0; i < 32 * 768; ++i) images[i] = i % 16 % (labels[i / 768] + 2) == 0;
    for (int i = 0; i < 30; ++i) losses.push_back(training.step(images, labels, {.learning_rate = 0.05F}));
    std::cout << training.dram_bytes() << " bytes of DRAM; loss " << losses[0] << " -> " << losses[29]
              << '\n';
}

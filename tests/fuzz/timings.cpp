// Published kernel timings (predicted_kernels FILE), read, matched with ops of ours and compared.
#include <cmath>
#include <stdexcept>

#include "experiments/paper/comparison.h"
#include "framework/base/error.h"
#include "tests/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const framework::Machine machine = framework::load_machine("paper");
    return fuzz::judge([&] {
        const std::filesystem::path file = fuzz::write("timings.csv", {data, size});
        std::map<std::string, int> without_op;
        const auto kernels =
            experiments::compare(experiments::read_published(file.string()), machine, without_op);
        for (const auto& of_class :
             experiments::errors_of_times(kernels, [](const auto&, const auto&) { return true; })) {
            if (!std::isfinite(of_class.error)) throw std::logic_error("an error is no finite number");
        }
    });
}

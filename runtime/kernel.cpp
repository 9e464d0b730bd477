#include "runtime/kernel.h"

#include <utility>

namespace runtime {

namespace {

class BoundFunction final : public BoundKernel {
  public:
    BoundFunction(std::shared_ptr<const Function> function, Addresses reads, Addresses writes)
        : BoundKernel(std::move(reads), std::move(writes)), function_(std::move(function)) {}

    void execute(const Iteration& iteration) const override { (*function_)({in, out, iteration}); }

  private:
    std::shared_ptr<const Function> function_;
};

}  // namespace

Kernel own_kernel(std::vector<Layout> reads, std::vector<Layout> writes, Function function) {
    const auto shared = std::make_shared<const Function>(std::move(function));
    return {.reads = std::move(reads),
            .writes = std::move(writes),
            .implementation = "autotm",
            .bind = [shared](Addresses in, Addresses out) {
                return std::make_unique<BoundFunction>(shared, std::move(in), std::move(out));
            }};
}

}  // namespace runtime

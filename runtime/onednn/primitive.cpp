#include "runtime/onednn/primitive.h"

#include "framework/base/error.h"

namespace runtime {

namespace {

class BoundPrimitive final : public BoundKernel {
  public:
    BoundPrimitive(std::shared_ptr<const Primitive> primitive, Addresses reads, Addresses writes)
        : BoundKernel(std::move(reads), std::move(writes)), primitive_(std::move(primitive)) {
        give(primitive_->reads, in);
        give(primitive_->writes, out);
        if (primitive_->scratch > 0) {
            const Descriptor scratch({primitive_->scratch}, dnnl::memory::data_type::u8,
                                     dnnl::memory::format_tag::a);
            give(DNNL_ARG_SCRATCHPAD, scratch, out.back());
        }
    }

    void execute(const Iteration& iteration) const override {
        if (primitive_->before) primitive_->before({in, out, iteration});
        // Calls the C function, because the C++ one builds a map of the arguments on each call.
        const dnnl_status_t status = dnnl_primitive_execute(
            primitive_->code.get(), stream().get(), static_cast<int>(arguments_.size()), arguments_.data());
        framework::require<framework::KernelError>(status == dnnl_success, "oneDNN failed in a kernel of ",
                                                   primitive_->implementation, " with status ", status);
    }

  private:
    void give(const std::vector<Primitive::Operand>& operands, const Addresses& addresses) {
        for (std::size_t slot = 0; slot < operands.size(); ++slot) {
            if (!is_empty(operands[slot].seen))
                give(operands[slot].argument, operands[slot].seen, addresses[slot]);
        }
    }
    void give(int argument, const Descriptor& seen, std::byte* address) {
        memories_.emplace_back(seen, engine(), address);
        arguments_.push_back({argument, memories_.back().get()});
    }

    std::shared_ptr<const Primitive> primitive_;
    std::vector<dnnl::memory> memories_;  // own the memory objects in arguments_
    std::vector<dnnl_exec_arg_t> arguments_;
};

std::vector<Layout> layouts_of(const std::vector<Primitive::Operand>& operands) {
    std::vector<Layout> layouts;
    layouts.reserve(operands.size());
    for (const Primitive::Operand& operand : operands) layouts.push_back(operand.layout);
    return layouts;
}

}  // namespace

Kernel kernel_of(Primitive primitive) {
    const auto shared = std::make_shared<const Primitive>(std::move(primitive));
    return {.reads = layouts_of(shared->reads),
            .writes = layouts_of(shared->writes),
            .scratch = shared->scratch,
            .implementation = shared->implementation,
            .bind = [shared](Addresses in, Addresses out) {
                return std::make_unique<BoundPrimitive>(shared, std::move(in), std::move(out));
            }};
}

dnnl::primitive_attr user_scratchpad() {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attr;
}

}  // namespace runtime

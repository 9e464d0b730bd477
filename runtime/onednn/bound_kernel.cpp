#include "runtime/onednn/bound_kernel.h"

#include "framework/base/error.h"

namespace runtime {

BoundKernel bind(const Kernel& kernel, std::vector<std::byte*> in, std::vector<std::byte*> out) {
    BoundKernel bound{&kernel, {}, {}, std::move(in), std::move(out)};
    const auto give = [&](int argument, const Layout& layout, std::byte* address) {
        bound.memories.emplace_back(layout, engine(), address);
        bound.arguments.push_back({argument, bound.memories.back().get()});
    };
    const auto give_all = [&](const std::vector<int>& arguments, const std::vector<Layout>& layouts,
                              const std::vector<Layout>& seen, const std::vector<std::byte*>& addresses) {
        for (std::size_t slot = 0; slot < arguments.size(); ++slot) {
            if (arguments[slot] != 0)
                give(arguments[slot], (seen.empty() ? layouts : seen)[slot], addresses[slot]);
        }
    };
    give_all(kernel.read_args, kernel.reads, kernel.read_layouts, bound.in);
    give_all(kernel.write_args, kernel.writes, kernel.write_layouts, bound.out);
    if (kernel.scratch > 0 && kernel.primitive) {
        const Layout scratch({kernel.scratch}, dnnl::memory::data_type::u8, dnnl::memory::format_tag::a);
        give(DNNL_ARG_SCRATCHPAD, scratch, bound.out.back());
    }
    return bound;
}

void execute(const BoundKernel& bound, const Iteration& iteration) {
    const Kernel& kernel = *bound.kernel;
    if (kernel.function) kernel.function({bound.in, bound.out, iteration});
    if (!kernel.primitive) return;
    // The C call: the C++ one would build a map of the arguments anew each time.
    const dnnl_status_t status =
        dnnl_primitive_execute(kernel.primitive.get(), stream().get(),
                               static_cast<int>(bound.arguments.size()), bound.arguments.data());
    framework::require<framework::KernelError>(status == dnnl_success, "oneDNN failed in a kernel of ",
                                               kernel.implementation, " with status ", status);
}

}  // namespace runtime

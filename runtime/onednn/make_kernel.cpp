#include "framework/base/error.h"
#include "runtime/host/team.h"
#include "runtime/onednn/kernels/kernels.h"

namespace runtime {

using framework::KernelError;
using framework::text;

namespace {

template <class T>
constexpr bool kernelless = std::is_same_v<T, framework::Input> || std::is_same_v<T, framework::Parameter> ||
                            std::is_same_v<T, framework::State> || std::is_same_v<T, framework::Reorder>;

std::string shapes(const Operands& in, const Types& out) {
    std::string listed;
    for (const Operand& operand : in) listed += " " + to_string(operand.type.shape);
    listed += " ->";
    for (const framework::TensorType& type : out) listed += " " + to_string(type.shape);
    return listed;
}

}  // namespace

Kernel make_kernel(const framework::Op& op, const std::string& name, const Operands& in, const Types& out,
                   const KernelOptions& options) {
    team_size();  // sets the number of threads; oneDNN divides a kernel's work by it now
    try {
        return std::visit(
            [&](const auto& o) -> Kernel {
                using T = std::decay_t<decltype(o)>;
                if constexpr (requires { make_kernel(o, in, out, options); }) {
                    return make_kernel(o, in, out, options);
                } else if constexpr (kernelless<T>) {
                    throw KernelError(text(T::kind, " is a source, or added by lower(): it has no kernel"));
                } else {
                    return make_kernel(o, in, out);  // does not compile for an op without a kernel
                }
            },
            op);
    } catch (const dnnl::error& error) {
        framework::require<KernelError>(
            error.status != dnnl_out_of_memory, name,
            ": the system has no memory left for its kernel; end other programs, or "
            "use a smaller --batch");
        throw KernelError(text(name, ": oneDNN has no kernel for ", framework::kind_of(op), " ",
                               framework::attributes(op), " of", shapes(in, out), " (", error.what(), ")"));
    }
}

Kernel make_reorder(const Layout& from, const Layout& to) {
    return kernel_of(reorder_primitive({from}, {to}));
}

Primitive reorder_primitive(const Seen& from, const Seen& to) {
    const dnnl::reorder::primitive_desc pd(engine(), from.seen, engine(), to.seen, user_scratchpad());
    Primitive reorder = primitive_of<dnnl::reorder>(pd, {}, {});
    reorder.reads = {{DNNL_ARG_FROM, from.seen, from.layout}};
    reorder.writes = {{DNNL_ARG_TO, to.seen, to.layout}};
    return reorder;
}

Layout settled_or_plain(const Operand& operand) {
    return is_settled(operand.layout) ? operand.layout : plain_layout(operand.type);
}

Layout grouped_or_plain(const Operand& operand) {
    return has_channel_groups(operand.layout) ? operand.layout : plain_layout(operand.type);
}

}  // namespace runtime

#include "runtime/lower.h"

#include <algorithm>

#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"
#include "framework/passes/rewrite.h"
#include "framework/plan/schedule.h"
#include "runtime/host/team.h"

namespace runtime {

using framework::Graph;
using framework::OpId;
using framework::OpNode;
using framework::Role;
using framework::TensorId;

namespace {

class Lowering {
  public:
    Lowering(const Graph& from, const KernelOptions& options, const FixedLayouts& fixed,
             framework::Passes passes)
        : from_(from), options_(options), fixed_(fixed), passes_(std::move(passes)), rewriter_(from) {}

    Lowered run() {
        result_.team = team_size();
        for (const OpId id : from_.order()) {
            if (framework::is_source(from_.op(id).op)) {
                rewriter_.copy(id);
                append({}, from_.op(id).outputs);
                settle_fixed(rewriter_[from_.op(id).outputs[0]]);
            } else {
                lower(id);
            }
        }
        for (TensorId id = 0; id < from_.tensor_count(); ++id) settle_unread(rewriter_[id]);
        result_.graph = rewriter_.finish();
        passes_.run("in_place", result_.graph, framework::reuse_in_place);
        result_.passes = passes_.times();
        return std::move(result_);
    }

  private:
    void lower(OpId id) {
        const OpNode& node = from_.op(id);
        Operands operands;
        for (const TensorId in : node.inputs) {
            operands.push_back({from_.tensor(in).type, layout(rewriter_[in])});
        }
        framework::Types results;
        for (const TensorId out : node.outputs) results.push_back(from_.tensor(out).type);
        Kernel kernel = make_kernel(node.op, node.name, operands, results, options_);

        std::vector<TensorId> originals;  // the inputs before reorders replace them; later readers get these
        for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
            const TensorId in = node.inputs[slot];
            originals.push_back(rewriter_[in]);
            rewriter_.replace(in, laid_out(rewriter_[in], kernel.reads[slot]));
        }
        rewriter_.copy(id);
        for (std::size_t slot = node.inputs.size(); slot-- > 0;) {  // backwards: an operand may come twice
            rewriter_.replace(node.inputs[slot], originals[slot]);
        }
        append(std::move(kernel), node.outputs);
    }

    // Returns the tensor in the wanted layout: the tensor itself, or a reordered copy.
    TensorId laid_out(TensorId tensor, const Layout& wanted) {
        Layout& actual = layout(tensor);
        if (!is_settled(actual)) {
            settle(tensor, wanted);
            return tensor;
        }
        if (same_bytes(actual, wanted)) return tensor;
        for (const Reordered& known : reordered_) {
            if (known.from == tensor && known.layout == wanted) return known.to;
        }
        if (actual.shape() != wanted.shape() && !is_row_major(actual)) {
            // Only a row-major tensor can be read with other dimensions.
            return laid_out(laid_out(tensor, row_major(actual)), wanted);
        }
        const Layout from = with_dimensions_of(actual, wanted);
        Graph& graph = rewriter_.graph();
        const std::string name = graph.unique(graph.tensor(tensor).name + ".reorder");
        const TensorId copy = graph.add(framework::Reorder{}, std::vector{tensor}, name)[0];
        append_kernel(make_reorder(from, wanted), {copy});
        if (passes_.wants("share_reorders")) reordered_.push_back({tensor, copy, wanted});
        return copy;
    }

    // Row-major bytes do not depend on the dimensions: (O, I) weights can be read as (O, C, H, W).
    static bool same_bytes(const Layout& a, const Layout& b) {
        return a == b || (is_row_major(a) && is_row_major(b) && a.bytes() == b.bytes());
    }
    static Layout with_dimensions_of(const Layout& layout, const Layout& other) {
        return layout.shape() == other.shape() ? layout : row_major(other);
    }

    // A reordered copy of a parameter serves all its readers, because none of them runs after the update.
    struct Reordered {
        TensorId from, to;
        Layout layout;
    };

    void append(Kernel kernel, const std::vector<TensorId>& old_outputs) {
        std::vector<TensorId> outputs;
        outputs.reserve(old_outputs.size());
        for (const TensorId old : old_outputs) outputs.push_back(rewriter_[old]);
        append_kernel(std::move(kernel), outputs);
    }

    void append_kernel(Kernel kernel, const std::vector<TensorId>& outputs) {
        Graph& graph = rewriter_.graph();
        for (std::size_t slot = 0; slot < outputs.size() && slot < kernel.writes.size(); ++slot) {
            settle(outputs[slot], kernel.writes[slot]);
        }
        if (kernel.scratch > 0) graph.add_scratch(graph.op_count() - 1, kernel.scratch);
        result_.kernels.push_back(std::move(kernel));
        result_.layouts.resize(static_cast<std::size_t>(graph.tensor_count()));
    }

    void settle(TensorId tensor, const Layout& layout_now) {
        layout(tensor) = layout_now;
        rewriter_.graph().tensor(tensor).bytes = layout_now.bytes();
    }

    void settle_fixed(TensorId tensor) {
        const auto known = fixed_.find(rewriter_.graph().tensor(tensor).name);
        if (known != fixed_.end()) settle(tensor, known->second);
    }

    // A tensor that no kernel reads becomes row-major, like inputs, which are written from outside.
    void settle_unread(TensorId tensor) {
        if (tensor >= 0 && !is_settled(layout(tensor))) {
            settle(tensor, plain_layout(rewriter_.graph().tensor(tensor).type));
        }
    }

    Layout& layout(TensorId tensor) {
        auto& layouts = result_.layouts;
        if (tensor >= layouts.count()) layouts.resize(static_cast<std::size_t>(tensor) + 1);
        if (rewriter_.graph().tensor(tensor).role == Role::input && !is_settled(layouts[tensor])) {
            layouts[tensor] = plain_layout(rewriter_.graph().tensor(tensor).type);
        }
        return layouts[tensor];
    }

    const Graph& from_;
    KernelOptions options_;
    const FixedLayouts& fixed_;
    framework::Passes passes_;
    framework::Rewriter rewriter_;
    std::vector<Reordered> reordered_;
    Lowered result_;
};

}  // namespace

Lowered lower(const Graph& graph, const KernelOptions& options, const FixedLayouts& fixed,
              framework::Passes passes) {
    const bool winograd = options.winograd && passes.wants("winograd");
    if (!winograd || options.most_scratch > 0) {
        const KernelOptions as_wanted{.winograd = winograd, .most_scratch = options.most_scratch};
        return Lowering(graph, as_wanted, fixed, std::move(passes)).run();
    }
    const Lowered direct = Lowering(graph, {.winograd = false}, fixed, passes).run();
    const framework::Bytes most = framework::Schedule(direct.graph).peak_bytes() / 8;
    return Lowering(graph, {.winograd = true, .most_scratch = std::max<framework::Bytes>(1, most)}, fixed,
                    std::move(passes))
        .run();
}

}  // namespace runtime

#include "framework/graph/summary.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

#include "framework/base/error.h"

namespace framework {

namespace {

LayerSummary summarize(const Graph& graph, OpId id) {
    const OpNode& node = graph.op(id);
    LayerSummary layer{.name = node.name, .kind = kind_of(node.op), .out = {}};
    Types in, out;
    for (const TensorId tensor : node.inputs) {
        const TensorNode& operand = graph.tensor(tensor);
        in.push_back(operand.type);
        const bool counts_here = operand.role == Role::parameter && graph.readers(tensor).front() == id;
        if (counts_here) layer.parameters += operand.type.shape.elements();
    }
    for (const TensorId tensor : node.outputs) {
        const TensorNode& result = graph.tensor(tensor);
        out.push_back(result.type);
        if (!result.over) layer.bytes += result.bytes;
    }
    layer.out = out.front().shape;
    layer.multiply_adds = multiply_adds(node.op, in, out);
    return layer;
}

// 25,557,032
std::string with_commas(std::int64_t number) {
    const std::string digits = std::to_string(number);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}

std::string print(const Graph& graph, TensorId id) {
    const TensorNode& tensor = graph.tensor(id);
    const DType dtype = tensor.type.dtype;
    const std::string type = dtype == DType::f32 ? "" : std::string(" ") + name_of(dtype);
    const std::string over = tensor.over ? " over " + graph.tensor(*tensor.over).name : "";
    return text(tensor.name, ' ', tensor.type.shape, type, over);
}

// Quotes a text as a string for Graphviz.
std::string quoted(const std::string& plain) {
    std::string out = "\"";
    for (const char c : plain) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace

Summary summarize(const Graph& graph) {
    const TensorId loss = graph.find("loss");
    const OpId end = loss < 0 ? graph.op_count() : graph.tensor(loss).producer + 1;
    Summary summary;
    summary.total.name = "total";
    for (OpId id = 0; id < end; ++id) {
        if (is_source(graph.op(id).op)) continue;
        const LayerSummary& layer = summary.layers.emplace_back(summarize(graph, id));
        summary.total.parameters += layer.parameters;
        summary.total.multiply_adds += layer.multiply_adds;
        summary.total.bytes += layer.bytes;
    }
    return summary;
}

std::ostream& operator<<(std::ostream& out, const Summary& summary) {
    using Row = std::vector<std::string>;
    std::vector<Row> rows{{"layer", "kind", "output", "parameters", "multiply-adds", "bytes"}};
    const auto add = [&](const LayerSummary& layer) {
        const std::string shape = layer.out.rank() == 0 ? "" : to_string(layer.out);
        rows.push_back({layer.name, layer.kind, shape, with_commas(layer.parameters),
                        with_commas(layer.multiply_adds), print_bytes(layer.bytes)});
    };
    for (const LayerSummary& layer : summary.layers) add(layer);
    add(summary.total);

    std::vector<std::size_t> widths(rows[0].size(), 0);
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    constexpr std::size_t words = 3;  // the first columns hold words, aligned left
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out << (i ? "  " : "") << (i < words ? std::left : std::right)
                << std::setw(static_cast<int>(widths[i])) << row[i];
        }
        out << '\n';
    }
    return out;
}

std::ostream& operator<<(std::ostream& out, const Graph& graph) {
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        for (const TensorId result : node.outputs) {
            out << (result == node.outputs.front() ? "" : ", ") << print(graph, result);
        }
        out << " = " << kind_of(node.op) << '(';
        for (std::size_t slot = 0; slot < node.inputs.size(); ++slot) {
            out << (slot ? ", " : "") << graph.tensor(node.inputs[slot]).name;
        }
        const std::string details = attributes(node.op);
        out << ')' << (details.empty() ? "" : " ") << details << '\n';
    }
    for (const auto& [name, id] : graph.kept()) out << name << " is " << graph.tensor(id).name << '\n';
    return out;
}

void write_graphviz(std::ostream& out, const Graph& graph) {
    const auto box = [](OpId id) { return "op" + std::to_string(id); };
    out << "digraph {\n  node [shape=box]\n";
    for (const OpId id : graph.order()) {
        const OpNode& node = graph.op(id);
        const std::string label = text(node.name, '\n', kind_of(node.op), ' ', attributes(node.op));
        out << "  " << box(id) << " [label=" << quoted(label) << (is_source(node.op) ? " shape=ellipse" : "")
            << "]\n";
        for (const TensorId in : node.inputs) {
            const bool overwritten =
                std::any_of(node.outputs.begin(), node.outputs.end(),
                            [&](TensorId result) { return graph.tensor(result).over == in; });
            out << "  " << box(graph.tensor(in).producer) << " -> " << box(id)
                << " [label=" << quoted(to_string(graph.tensor(in).type.shape))
                << (overwritten ? " style=dashed" : "") << "]\n";
        }
    }
    out << "}\n";
}

}  // namespace framework

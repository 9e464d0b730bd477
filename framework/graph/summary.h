// Prints graphs for people: a table of the layers, a list of the ops, a drawing.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "framework/graph/graph.h"

namespace framework {

struct LayerSummary {
    std::string name, kind;
    Shape out;
    std::int64_t parameters = 0;     // the first of several layers that read one counts it
    std::int64_t multiply_adds = 0;  // for the whole batch; convolutions and linear layers only
    Bytes bytes = 0;                 // of its results; 0 if they are written in place
};

struct Summary {
    std::vector<LayerSummary> layers;
    LayerSummary total;
};

// Summarizes the forward pass: all ops up to the "loss"; all ops if the graph keeps no "loss".
Summary summarize(const Graph& graph);

//     layer                  kind        output                parameters  multiply-adds     bytes
//     stage1.block1.conv1    conv2d      (16, 64, 56, 56)           4,096    205,520,896  12.2 MiB
std::ostream& operator<<(std::ostream& out, const Summary& summary);

// One op a line: its results, the tensors that they are written over, the op, its operands, its attributes.
//
//     conv1.y (2, 8, 4, 4) = conv2d(images, conv1.weight) stride=1x1 ... relu
//     dropout1.y (2, 8) over linear1.y, dropout1.mask (2, 8) u8 = dropout(linear1.y) probability=0.5
std::ostream& operator<<(std::ostream& out, const Graph& graph);

// Writes the graph for Graphviz (`dot -Tsvg`). Ops are boxes and sources ellipses. An edge is a tensor that
// is read; it is dashed if the reader writes over the tensor.
void write_graphviz(std::ostream& out, const Graph& graph);

}  // namespace framework

// Graphs for people to read: a table by layer, the ops one a line, a drawing.
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
    std::int64_t parameters = 0;     // one that several layers read counts for the first
    std::int64_t multiply_adds = 0;  // of a run over the whole batch, convolutions and linear layers alone
    Bytes bytes = 0;                 // of what it computes; nothing where that is written in place
};

struct Summary {
    std::vector<LayerSummary> layers;
    LayerSummary total;
};

// The forward pass: all ops up to the "loss", where the graph keeps one.
Summary summarize(const Graph& graph);

//     layer                  kind        output                parameters  multiply-adds     bytes
//     stage1.block1.conv1    conv2d      (16, 64, 56, 56)           4,096    205,520,896  12.2 MiB
std::ostream& operator<<(std::ostream& out, const Summary& summary);

// An op a line: what it computes, in place of what, by which op with what fused into it, from what.
//
//     conv1.y (2, 8, 4, 4) = conv2d(images, conv1.weight) stride=1x1 ... relu
//     dropout1.y (2, 8) over linear1.y, dropout1.mask (2, 8) u8 = dropout(linear1.y) probability=0.5
std::ostream& operator<<(std::ostream& out, const Graph& graph);

// In the language of Graphviz, for `dot -Tsvg`: ops are boxes, sources ellipses; an edge is a tensor that is
// read, dashed where the reader writes over it.
void write_graphviz(std::ostream& out, const Graph& graph);

}  // namespace framework

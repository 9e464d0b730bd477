// Turns the graph of a loss into a training iteration: adds the backward pass and the parameter updates to
// it.
#pragma once

#include "framework/graph/graph.h"

namespace framework {

struct SgdOptions {
    float momentum = 0.9F;
    bool nesterov = false;
    float weight_decay = 1e-4F;
    bool decay_all = false;  // weight decay on biases and norms too
};

// Adds d loss / d t for every tensor that a parameter's gradient needs, in reverse order of the forward ops,
// and returns the gradients by tensor id, null where there is none. Throws ShapeError unless `loss` has one
// element.
Tensors add_backward(Tensor loss);

// Calls add_backward(), and adds an update of every parameter as soon as its gradient is complete, so that a
// gradient lives for a step or two. Momentum adds a state the size of the parameter.
void training_graph(Tensor loss, const SgdOptions& options = {});

}  // namespace framework

// The bytes of AutoTM's largest runs (Hildebrand et al. 2020, figure 8), from graphs of which nothing is
// allocated: what the forward pass of each network makes that the backward pass reads.
#include <doctest/doctest.h>

#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"
#include "framework/plan/schedule.h"
#include "models/models.h"

using namespace framework;

namespace {

template <class Kind>
const Kind* as(const Op& op) {
    return std::get_if<Kind>(&op);
}

// Of a pool: the indices of a maximum, but not the maximum itself, which the concat behind it holds.
bool pooled(const Op& op, const TensorNode& y) {
    return as<Pool2d>(op) && (as<Pool2d>(op)->rule == Pool2d::average || y.type.dtype == DType::u8);
}

bool vgg(const Op& op, const TensorNode&) {
    return as<Conv2d>(op) || as<Pool2d>(op);
}

// The batch norms before a sum, the sum and its ReLU share their bytes: those of the sum count.
bool resnet(const Op& op, const TensorNode&) {
    return as<Conv2d>(op) || as<Add>(op) || as<Pool2d>(op) || (as<BatchNorm>(op) && as<BatchNorm>(op)->relu);
}

// The 32 channels that a layer adds are free once the concat holds them.
bool densenet(const Op& op, const TensorNode& y) {
    const bool added = as<Conv2d>(op) && y.type.shape.channels() == 32;
    return (as<Conv2d>(op) && !added) || as<Concat>(op) || as<BatchNorm>(op) || as<Pool2d>(op);
}

bool inception(const Op& op, const TensorNode& y) {
    return as<Conv2d>(op) || as<Concat>(op) || pooled(op, y);
}

// Their indices of a maximum are int32 and ours bytes: here they count as theirs do.
double gigabytes(const Graph& graph, bool (*counts)(const Op& op, const TensorNode& y)) {
    const OpId loss = graph.tensor(graph.find("loss")).producer;
    double elements = 0;
    for (TensorId id = 0; id < graph.tensor_count(); ++id) {
        const TensorNode& y = graph.tensor(id);
        const bool image = y.type.shape.rank() == 4 && y.role == Role::activation && y.producer < loss;
        if (image && counts(graph.op(y.producer).op, y))
            elements += static_cast<double>(y.type.shape.elements());
    }
    return elements * 4e-9;
}

}  // namespace

TEST_CASE("paper models: what the forward pass leaves for the backward pass is what AutoTM's authors state") {
    struct Stated {
        std::string name;
        int batch;
        bool (*counts)(const Op& op, const TensorNode& y);
        double gigabytes;
    };
    for (const Stated& stated :
         {Stated{"paper_vgg416", 320, vgg, 658.9}, Stated{"paper_resnet200", 2560, resnet, 650.5},
          Stated{"paper_densenet264", 3072, densenet, 690.4},
          Stated{"paper_inception_v4", 6144, inception, 669}, Stated{"paper_vgg19", 2048, vgg, 146.7}}) {
        Graph graph = fuse(models::training(stated.name, {.batch = stated.batch}, {.momentum = 0}));
        reuse_in_place(graph);
        const double found = gigabytes(graph, stated.counts);
        const double live = static_cast<double>(Schedule(graph).peak_bytes()) * 1e-9;
        MESSAGE(stated.name, " at ", stated.batch, ": ", found, " GB, stated ", stated.gigabytes,
                "; live bytes at the peak, parameters and gradients included: ", live, " GB");
        CHECK(found == doctest::Approx(stated.gigabytes).epsilon(0.002));
        CHECK(live == doctest::Approx(stated.gigabytes).epsilon(0.05));
    }
}

#include "framework/graph/ops/sgd.h"

#include <ostream>

#include "framework/base/error.h"

namespace framework {

Results Sgd::infer(const Types& in, const std::string& name) const {
    require<ShapeError>(in[0] == in[1], name, ": the gradient ", in[1].shape, " is not shaped like w ",
                        in[0].shape);
    Results results{{"w", in[0], 0, Role::parameter}};
    if (momentum != 0) results.push_back({"velocity", in[0], 2, Role::state});
    return results;
}

void Sgd::describe(std::ostream& out) const {
    out << "momentum=" << momentum << (nesterov ? " nesterov" : "") << " weight_decay=" << weight_decay;
}

}  // namespace framework

#include "framework/graph/ops/sources.h"

#include <ostream>

namespace framework {

Results Input::infer(const Types&, const std::string&) const {
    return {{"", type, -1, Role::input}};
}
Results Parameter::infer(const Types&, const std::string&) const {
    return {{"", {shape}, -1, Role::parameter}};
}
Results State::infer(const Types&, const std::string&) const {
    return {{"", {shape}, -1, Role::state}};
}
Results Fill::infer(const Types&, const std::string&) const {
    return {{"y", {shape, dtype}}};
}

void Fill::describe(std::ostream& out) const {
    out << "value=" << value;
}

}  // namespace framework

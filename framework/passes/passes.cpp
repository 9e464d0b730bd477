#include "framework/passes/passes.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "framework/base/clock.h"
#include "framework/base/error.h"
#include "framework/base/text.h"
#include "framework/graph/check.h"

namespace framework {

std::span<const PassInfo> optional_passes() {
    static constexpr std::array<PassInfo, 4> all{{
        {"fuse", "ops that one kernel can run are joined"},
        {"in_place", "results are written over operands that nobody reads any more"},
        {"share_reorders", "a tensor that two kernels want in the same layout is reordered once"},
        {"winograd", "3x3 convolutions by Winograd's algorithm where that is faster"},
    }};
    return all;
}

Passes::Passes(const std::vector<std::string>& without) : without_(without) {
    if (const char* more = std::getenv("AUTOTM_WITHOUT")) {
        std::string_view names = more;
        while (!names.empty()) {
            const std::size_t end = std::min(names.find(','), names.size());
            without_.emplace_back(names.substr(0, end));
            names.remove_prefix(std::min(end + 1, names.size()));
        }
    }
    for (const std::string& name : without_) {
        std::string known;
        for (const PassInfo& pass : optional_passes())
            known += (known.empty() ? "" : ", ") + std::string(pass.name);
        const bool is_one =
            std::ranges::any_of(optional_passes(), [&](const PassInfo& pass) { return pass.name == name; });
        require<UsageError>(is_one, in_quotes(name), " is no pass that can be left out; there are ", known);
    }
}

bool Passes::wants(std::string_view name) const {
    return std::ranges::find(without_, name) == without_.end();
}

void Passes::run(const char* name, Graph& graph, const std::function<void(Graph&)>& pass) {
    if (!wants(name)) {
        times_.push_back({name, 0, true});
        return;
    }
    const Clock::time_point start = Clock::now();
    pass(graph);
    times_.push_back({name, since(start), false});
    if (const std::string fault = fault_of(graph); !fault.empty())
        throw std::logic_error(text("the pass ", name, " has left a broken graph: ", fault));
}

}  // namespace framework

#include "optimizer/proof/certificate.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "framework/base/error.h"
#include "optimizer/proof/check.h"
#include "optimizer/proof/plan_file.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::Seconds;

namespace {

double units_per_gib(const Instance& instance) {
    return instance.units(static_cast<framework::Bytes>(framework::gib));
}

// A certificate in the terms of a plan file: penalties by operand, restrictions by stop of a storage.
class Storing {
  public:
    Storing(const Instance& instance, const ExactProblem& problem) : instance_(instance), problem_(problem) {}

    StoredCertificate store(const Certificate& certificate) {
        result_.moving = certificate.moving;
        for (const Certificate::Case& one : certificate.cases) {
            StoredBranch& branch = result_.branches.emplace_back();
            for (const Restriction& r : one.under) branch.under.push_back(restriction(r));
            const ByStep<double>& prices = one.proof->price;
            require<DataError>(prices.count() == instance_.steps(), "its certificate is of another problem");
            for (framework::Step step = 0; step < instance_.steps(); ++step) {
                const double price = prices[step];
                require<DataError>(std::isfinite(price) && price >= 0,
                                   "its certificate holds a price that is none");
                if (const Integer exact = decimal_of(price); exact > 0)
                    branch.prices.push_back({step, exact});
            }
            const auto [known, is_new] =
                known_.try_emplace(one.proof->kernels.get(), result_.functions.count());
            if (is_new) result_.functions.push_back(functions(*one.proof->kernels));
            branch.functions = known->second;
        }
        for (const FunctionListId list : result_.functions.ids()) lower(list);
        for (FunctionListId list = 1; list < result_.functions.count(); ++list) {
            std::erase_if(result_.functions[list],
                          [&](const StoredFunction& f) { return f == result_.functions.front()[f.kernel]; });
        }
        return std::move(result_);
    }

  private:
    StoredRestriction restriction(const Restriction& r) const {
        const auto [item, stop] = r.stop;
        require<DataError>(item >= 0 && item < instance_.items.count() && stop >= 0 &&
                               stop < instance_.items[item].stops.count(),
                           "its certificate is of another problem");
        return {instance_.items[item].storage, int{stop}, r.allowed};
    }

    std::vector<StoredFunction> functions(const KernelFunctions& kernels) const {
        require<DataError>(kernels.count() == instance_.steps(), "its certificate is of another problem");
        std::vector<StoredFunction> list;
        for (const framework::Step step : kernels.ids()) {
            const auto& [constant, penalties] = kernels[step];
            require<DataError>(penalties.size() == instance_.kernels[step].stops().size(),
                               "its certificate is of another problem");
            StoredFunction& f = list.emplace_back();
            f.kernel = step;
            f.constant_s = decimal(constant);
            std::size_t bit = 0;
            for (const framework::StorageId storage : instance_.problem.schedule.operands(step)) {
                const framework::Use& use = instance_.problem.schedule.storages()[storage].use_at(step);
                f.penalties_s.push_back(use.may_be_slow() ? decimal(penalties[bit++]) : Integer(0));
            }
        }
        return list;
    }

    static Integer decimal(double value) {
        require<DataError>(std::isfinite(value) && std::abs(value) < 1e19,
                           "its certificate holds numbers beyond all bounds");
        return decimal_of(value);
    }

    // Functions that rounding put above their kernels come down to them; others are refused.
    void lower(FunctionListId list) {
        std::vector<AllowedStops> allowed;
        for (const StoredBranch& branch : result_.branches) {
            if (branch.functions == list) allowed.push_back(allowed_in(problem_.document.schedule, branch));
        }
        const AllowedStops anything = allowed_in(problem_.document.schedule, {});
        for (StoredFunction& f : result_.functions[list]) {
            if (least_above(problem_, f, anything) >= 0) continue;
            Integer least = 0;
            for (const AllowedStops& one : allowed) least = std::min(least, least_above(problem_, f, one));
            const Integer above = -rounded(least, problem_.unit.second(), Rounding::down);
            Integer size = abs(f.constant_s);
            for (const Integer& penalty : f.penalties_s) size += abs(penalty);
            // KernelTable takes 1e-9 for nothing.
            require<DataError>(above * 100'000'000 <= size, "its certificate claims ", print_decimal(above),
                               " s too much of kernel ", problem_.document.schedule.kernel(f.kernel));
            f.constant_s -= above;
        }
    }

    const Instance& instance_;
    const ExactProblem& problem_;
    StoredCertificate result_;
    std::map<const KernelFunctions*, FunctionListId> known_;
};

}  // namespace

std::shared_ptr<const Proof> proof(const Instance& instance, const KernelFunctions& kernels,
                                   const ByStep<double>& per_unit, Seconds bound_s, const Proof* like) {
    auto made = std::make_shared<Proof>();
    made->price = per_unit;
    for (double& price : made->price) price *= units_per_gib(instance);
    const bool same = like && *like->kernels == kernels;
    made->kernels = same ? like->kernels : std::make_shared<const KernelFunctions>(kernels);
    made->bound_s = bound_s;
    return made;
}

Certificate certificate(Freedom freedom, std::shared_ptr<const Proof> proof) {
    return {freedom == Freedom::synchronous, {{{}, std::move(proof)}}};
}

StoredCertificate stored(const Certificate& certificate, const Problem& problem, const ExactProblem& exact) {
    const Instance instance(problem);
    return Storing(instance, exact).store(certificate);
}

Seconds proved_bound(const Problem& problem, const Certificate& certificate) {
    const PlanDocument document = stored_problem(problem);
    const ExactProblem exact(document);
    const Integer bound = proved_bound(exact, stored(certificate, problem, exact));
    return nearest_double(rounded(bound, exact.unit.second(), Rounding::down));
}

}  // namespace optimizer

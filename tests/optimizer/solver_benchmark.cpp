// Each saved problem at nine budgets, static and synchronous: gap, seconds, and what stopped the search.
// usage: solver_benchmark [GAP [SECONDS]]; without SECONDS the limit is the solver's own, one of work.
#include <iostream>

#include "framework/base/error.h"
#include "framework/base/numbers.h"
#include "tests/support/saved_problems.h"

namespace {

void print(const std::string& name, int percent, optimizer::Placement placement,
           const optimizer::Result& found) {
    std::cout << name << ' ' << percent << " % " << name_of(placement) << ": ";
    if (!found.plan) {
        std::cout << "no plan fits" << std::endl;
        return;
    }
    std::cout << "gap " << framework::fixed(100 * found.gap, 4) << " %, "
              << framework::fixed(found.solve_s, 2) << " s, work " << framework::fixed(found.work, 1) << ", "
              << found.certificate.cases.size() << " branches, " << text_of(found.stopped) << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
    optimizer::SolverOptions options;
    const auto number = [&](int which) {
        return framework::read_number<double>(argv[which], {0, 1e9}, which == 1 ? "GAP" : "SECONDS");
    };
    if (argc > 1) options.gap = number(1);
    if (argc > 2) options.time_limit = number(2);
    for (const std::string& name : support::saved_problems()) {
        const optimizer::StoredProblem stored = support::saved_problem(name);
        optimizer::Problem problem = stored.problem();
        const framework::Bytes all = problem.schedule.peak_bytes();
        for (int percent = 10; percent <= 90; percent += 10) {
            problem.dram_budget = all * percent / 100;
            for (const auto placement : {optimizer::Placement::static_, optimizer::Placement::synchronous})
                print(name, percent, placement, solve(placement, problem, options));
        }
    }
} catch (const framework::Error& error) {
    std::cerr << "solver_benchmark: " << error.what() << '\n';
    return 1;
}

// Plans a problem of your own: kernels that are nothing but operands, sizes and times, read from a problem
// file. It uses the optimizer alone. usage: own_problem PROBLEM.json
#include <iostream>

#include "framework/base/error.h"
#include "optimizer/proof/plan_file.h"
#include "optimizer/solve.h"

int main(int argc, char** argv) try {
    if (argc != 2) return 2;
    const optimizer::StoredProblem stored = optimizer::read_problem(argv[1]);
    const optimizer::Problem problem = stored.problem();
    const optimizer::Result result = optimizer::solve(optimizer::Placement::synchronous, problem);
    if (!result.plan) {
        std::cout << result.reason << '\n';
        return 1;
    }
    std::cout << framework::print_plan(problem.schedule, *result.plan) << "predicted " << result.predicted_s
              << " s, no plan takes less than " << result.bound_s << " s\n";
    optimizer::save_plan("own_plan.json", problem.schedule,
                         {.placement = optimizer::Placement::synchronous,
                          .dram_budget = problem.dram_budget,
                          .slow_capacity = problem.slow_capacity,
                          .profile = problem.profile,
                          .mode = "measured",
                          .gap = problem.gap,
                          .result = result});
} catch (const framework::Error& error) {
    std::cerr << "own_problem: " << error.what() << '\n';
    return 1;
}

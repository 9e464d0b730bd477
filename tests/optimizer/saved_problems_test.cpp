// Problems of real networks, as they were timed: what one core makes of them.
#include "tests/support/saved_problems.h"

#include <doctest/doctest.h>

#include "framework/plan/plan.h"
#include "optimizer/proof/certificate.h"

using namespace framework;
using optimizer::Placement;

TEST_CASE("saved problems: each is solved to a tenth of a percent, and its certificate shows it") {
    for (const std::string& name : support::saved_problems()) {
        CAPTURE(name);
        const optimizer::StoredProblem stored = support::saved_problem(name);
        optimizer::Problem problem = stored.problem();
        const Bytes all = problem.schedule.peak_bytes();
        for (const int percent : {20, 60}) {
            CAPTURE(percent);
            problem.dram_budget = all * percent / 100;
            for (const Placement placement : {Placement::static_, Placement::synchronous}) {
                CAPTURE(name_of(placement));
                const optimizer::Result found = solve(placement, problem);
                REQUIRE_MESSAGE(found.plan, found.reason);
                CHECK(found.stopped == optimizer::Stopped::gap);
                CHECK(found.gap <= 1e-3);
                CHECK(proved_bound(problem, found.certificate) >= 0.998999 * found.predicted_s);
            }
        }
    }
}

// However many threads OpenMP gives, training runs, with the losses that as many give elsewhere.
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <sched.h>

#include "tests/experiments/support.h"

using support::Environment;

namespace {

const Arguments run{"--model", "resnet18",      "--image-size", "32", "--batch",
                    "4",       "--no-evaluate", "--iterations", "2"};

json report_of(const Arguments& arguments, const Environment& environment) {
    const TemporaryFolder folder;
    const std::string report = (folder / "report").string();
    const Finished finished =
        run_program("train", run + arguments + Arguments{"--report", report}, environment, 240);
    CAPTURE(finished.err);
    REQUIRE_FALSE(finished.timed_out);
    REQUIRE(finished.exit_code == 0);
    return read_json(report);
}

// What the caller of the tests says to OpenMP is not what these ask about.
void forget_own_settings() {
    for (const char* variable : {"OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OMP_MAX_ACTIVE_LEVELS",
                                 "OMP_DYNAMIC", "OMP_NESTED", "OMP_PLACES", "OMP_PROC_BIND"})
        unsetenv(variable);
}

int first_processor() {
    cpu_set_t own;
    CPU_ZERO(&own);
    sched_getaffinity(0, sizeof own, &own);
    int first = 0;
    while (!CPU_ISSET(first, &own)) ++first;
    return first;
}

}  // namespace

TEST_CASE("threads: where OpenMP gives fewer than were asked for, losses are those of as many") {
    forget_own_settings();
    struct Case {
        Environment environment;
        int asked, given;
    };
    const auto processors = static_cast<int>(std::thread::hardware_concurrency());
    const std::vector<Case> cases{{{{"OMP_THREAD_LIMIT", "1"}}, 2, 1},
                                  {{{"OMP_THREAD_LIMIT", "2"}}, 4, 2},
                                  {{{"OMP_MAX_ACTIVE_LEVELS", "0"}}, 2, 1},
                                  {{{"OMP_DYNAMIC", "true"}}, 64, processors},
                                  {{{"OMP_NUM_THREADS", "1"}}, 2, 2},
                                  {{{"OMP_NUM_THREADS", "3,1"}}, 0, 3},
                                  {{{"OMP_NESTED", "true"}, {"OMP_NUM_THREADS", "2"}}, 0, 2}};
    for (const Case& c : cases) {
        std::string environment;
        for (const auto& [name, value] : c.environment)
            environment.append(name).append("=").append(value).append(" ");
        CAPTURE(environment);
        const json found = report_of(
            c.asked > 0 ? Arguments{"--threads", std::to_string(c.asked)} : Arguments{}, c.environment);
        CHECK(found.at("host").at("threads") == c.given);
        CHECK(found.at("losses") == report_of({"--threads", std::to_string(c.given)}, {}).at("losses"));
    }
}

TEST_CASE("threads: by default no more than the processors that the process may use") {
    forget_own_settings();
    const std::string first = std::to_string(first_processor());
    CHECK(report_of({}, {{"OMP_PLACES", "{" + first + "}"}, {"OMP_PROC_BIND", "true"}})
              .at("host")
              .at("threads") == 1);
    CHECK(report_of({"--threads", "2"}, {{"OMP_PLACES", "{" + first + "}"}, {"OMP_PROC_BIND", "true"}})
              .at("host")
              .at("threads") == 2);
    cpu_set_t before, one;
    sched_getaffinity(0, sizeof before, &before);
    CPU_ZERO(&one);
    CPU_SET(first_processor(), &one);
    sched_setaffinity(0, sizeof one, &one);
    const json found = report_of({}, {});
    sched_setaffinity(0, sizeof before, &before);
    CHECK(found.at("host").at("threads") == 1);
}

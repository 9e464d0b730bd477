#include "runtime/host/team.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <latch>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <omp.h>

#include "framework/base/numbers.h"
#include "runtime/host/cpu_quota.h"

namespace runtime {

namespace {

// The number of processors in all places that OpenMP binds threads to; `all` if it binds no threads.
int processors_of_places(int all) {
    if (omp_get_proc_bind() == omp_proc_bind_false || omp_get_num_places() == 0) return all;
    std::set<int> processors;
    for (int place = 0; place < omp_get_num_places(); ++place) {
        std::vector<int> of_place(static_cast<std::size_t>(omp_get_place_num_procs(place)));
        omp_get_place_proc_ids(place, of_place.data());
        processors.insert(of_place.begin(), of_place.end());
    }
    return std::min(all, std::max(1, static_cast<int>(processors.size())));
}

// With OMP_DYNAMIC, OpenMP may give fewer threads than asked for, and a different number each time. So
// dynamic teams are turned off, and we ask for at most as many threads as OpenMP would give: one for each
// processor.
const bool dynamic_at_start = omp_get_dynamic() != 0;

void settle_dynamic_teams() {
    if (dynamic_at_start) omp_set_num_threads(std::min(omp_get_max_threads(), omp_get_num_procs()));
    omp_set_dynamic(0);
}

}  // namespace

int team_size() {
    if (omp_in_parallel() != 0) {
        omp_set_num_threads(1);
        return 1;
    }
    thread_local int counted = 0, levels = 0;  // the last count, and the active levels allowed then
    settle_dynamic_teams();
    if (counted == omp_get_max_threads() && levels == omp_get_max_active_levels()) return counted;
    int size = 1;
#pragma omp parallel
#pragma omp master
    size = omp_get_num_threads();
    omp_set_num_threads(size);
    levels = omp_get_max_active_levels();
    return counted = size;
}

int set_team(int threads) {
    omp_set_num_threads(threads);
    return team_size();
}

int default_threads() {
    const int promised = std::min(omp_get_max_threads(), most_threads);
    const char* value = std::getenv("OMP_NUM_THREADS");
    std::string_view wanted = value ? value : "";  // "4"; "4,2" by level
    wanted.remove_prefix(std::min(wanted.find_first_not_of(' '), wanted.size()));
    wanted = wanted.substr(0, wanted.find_first_not_of("0123456789"));
    if (framework::parse_number<int>(wanted).value_or(0) > 0) return promised;
    const double processors = processors_of_places(promised);
    return std::max(1, static_cast<int>(std::lround(std::min(processors, cpu_quota()))));
}

int startable_threads(int wanted) {
    constexpr int others = 3;  // decode images, watch the training, and call from elsewhere
    if (wanted <= 1) return 1;
    std::latch counted(1);
    std::vector<std::thread> started;
    try {
        while (std::ssize(started) < wanted - 1 + others) started.emplace_back([&] { counted.wait(); });
    } catch (const std::system_error&) {  // the system allows no more
    }
    counted.count_down();
    for (std::thread& thread : started) thread.join();
    return std::max(1, static_cast<int>(std::ssize(started)) + 1 - others);
}

Team::Team(int threads) : before_(omp_get_max_threads()), size_(set_team(threads)) {}

Team::~Team() {
    omp_set_num_threads(before_);
}

}  // namespace runtime

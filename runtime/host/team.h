// The threads that compute. A kernel of oneDNN shares its work out among as many threads as OpenMP promised
// when the kernel was made, and some kernels wait until all of them have come.
#pragma once

#include <future>

#include "framework/base/error.h"

namespace runtime {

inline constexpr int most_threads = 1024;  // that a user may ask for

// How many threads a parallel region of the calling thread gets: counted in such a region, since
// OMP_THREAD_LIMIT and OMP_MAX_ACTIVE_LEVELS can make it fewer than omp_get_max_threads() promises. From now
// on omp_get_max_threads() promises this number in the calling thread, and dynamic teams are off there; with
// OMP_DYNAMIC it is one for each processor at the most. Within a parallel region of the caller: 1.
int team_size();

// Asks for teams of `threads` in the calling thread; returns what it gets.
int set_team(int threads);

// How many threads to compute with by default: OMP_NUM_THREADS; else one for each processor that the affinity
// mask, OpenMP's places and the CPU quota of the cgroups leave to this process.
int default_threads();

// `wanted`, or as many threads as the system lets this process have where that is fewer, such as by a limit
// on processes: OpenMP ends the program where it cannot start one. A few are left for what does not compute.
int startable_threads(int wanted);

// While it lives, the calling thread asks for teams of `threads`.
class Team {
  public:
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int size() const { return size_; }  // what it gets

  private:
    int before_, size_;
};

// work() where a parallel region has exactly `threads` threads, so that kernels made for such a team give the
// same results wherever they are called from: in the calling thread if it gets that many, else in a new one,
// which is in no parallel region. Throws what work() throws, and KernelError where no thread gets that many.
template <class Work>
auto on_team(int threads, const Work& work) {
    if (const Team here(threads); here.size() == threads) return work();
    return std::async(std::launch::async,
                      [&] {
                          const Team there(threads);
                          framework::require<framework::KernelError>(
                              there.size() == threads, "the kernels were made for ", threads,
                              " threads, and OpenMP gives ", there.size(),
                              "; make them again, or raise OMP_THREAD_LIMIT");
                          return work();
                      })
        .get();
}

}  // namespace runtime

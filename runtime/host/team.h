// Teams: the threads that compute. A oneDNN kernel divides its work by the number of threads that OpenMP
// promised when the kernel was made, and some kernels wait until that many threads have arrived.
#pragma once

#include <future>

#include "framework/base/error.h"

namespace runtime {

inline constexpr int most_threads = 1024;  // that a user may ask for

// How many threads a parallel region of the calling thread gets; 1 inside a parallel region. It counts them
// in such a region, because OMP_THREAD_LIMIT and OMP_MAX_ACTIVE_LEVELS can make them fewer than
// omp_get_max_threads() promises. From now on omp_get_max_threads() returns this number in the calling
// thread, and dynamic teams are off there. With OMP_DYNAMIC it is at most one thread for each processor.
int team_size();

// Asks for teams of `threads` threads in the calling thread. Returns the number that it gets.
int set_team(int threads);

// The default number of threads that compute: OMP_NUM_THREADS if it is set, else one for each processor that
// the affinity mask, OpenMP's places and the CPU quota of the cgroups leave to this process.
int default_threads();

// Returns `wanted`, or fewer if the system does not let this process start that many threads, such as by a
// limit on processes. It keeps a few for threads that do not compute. Ask before OpenMP starts its team: it
// ends the program if it cannot start a thread.
int startable_threads(int wanted);

// While it lives, the calling thread asks for teams of `threads` threads.
class Team {
  public:
    explicit Team(int threads);
    ~Team();
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    int size() const { return size_; }  // the number that it gets

  private:
    int before_, size_;
};

// Calls work() in a thread whose parallel regions have exactly `threads` threads: the calling thread if it
// gets that many, else a new thread, which is in no parallel region. So kernels made for such a team give the
// same results wherever they are called from. Throws what work() throws, and KernelError if no thread gets
// that many.
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

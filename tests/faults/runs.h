// Runs of the programs in which a system call fails, and what must hold of their files after each run.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/experiments/support.h"

namespace faults {

// A program as the loops run it. "@" in its arguments stands for the folder that it works in.
struct Subject {
    std::string program;
    Arguments arguments;
    std::vector<std::string> made;  // the files and folders in "@" that it is asked to write
};

// A system call on a path in the folder, in the order of the run. Both numbers count from 1 on.
struct Call {
    std::string kind, path;
    long of_kind = 0;  // its number among the calls of its kind
    long durable = 0;  // its number among the calls that change what is stored; 0: it changes nothing
};

using Fault = support::Environment;  // the variables that shim/fault.h describes

// The folder that a subject works in.
class Stage {
  public:
    Stage();

    std::filesystem::path operator/(const std::string& name) const { return work_ / name; }
    const std::filesystem::path& folder() const { return work_; }
    Finished run(const Subject& subject, const Fault& fault = {});
    void keep();  // put_back() restores what the folder holds now
    void put_back();
    void learn(
        const Subject& subject);  // takes what was just made as right; for folders, as the only right content

    std::vector<Call> calls() const;          // of the last run
    long count(const std::string& of) const;  // of the last run: "memory" or "place"
    bool hit() const;                         // the last run reached the call that fails
    // What is wrong with the files after a run; empty: nothing. Each of `made` is as before the run or whole.
    std::string harm(const Subject& subject) const;
    // The same, and all of `made` is new and whole.
    std::string lack(const Subject& subject) const;
    std::string leftovers(const Subject& subject) const;  // the files that nobody asked for

  private:
    TemporaryFolder folder_;
    std::filesystem::path work_, before_, report_;
    std::map<std::string, std::string> right_;
};

// What is wrong with how a run ended, and with its files; empty: nothing. `said`: what stderr must hold if it
// failed.
std::string misbehaviour(const Stage& stage, const Subject& subject, const Finished& run,
                         const std::vector<std::string>& said);

// libgomp and glibc end the process themselves, with a message of their own, when the system refuses them
// memory or a thread: "libgomp: Out of memory allocating", "Fatal glibc error: failed to register TLS
// destructor". No program can prevent that, so the loops only check the files then.
bool ended_by_library(const Finished& run);

// How many of the faults that they find the loops try. `few`: some of each kind. `many`: for
// AUTOTM_FAULT_MINUTES, in an order drawn from AUTOTM_FAULT_SEED (default: the clock). `all`: with
// AUTOTM_EVERY_FAULT.
enum class Extent { few, many, all };
Extent extent();

// The first calls of each kind on each file, or all calls unless few faults are tried.
std::vector<Call> chosen(const std::vector<Call>& calls, int of_each);

// The order in which a loop tries its faults, from 0 to count - 1. `few`: every `stride`-th of them; `all`:
// all; `many`: drawn ones until the loop's share of the time is over. The destructor prints how many were
// tried.
//     for (Trials trials("plan", calls.size(), loops); const auto at = trials.next();) try_fault(calls[*at]);
class Trials {
  public:
    // `loops`: how many a test program runs, which share its time: each gets an equal part of what is left.
    Trials(std::string name, std::size_t count, int loops, std::size_t stride = 1);
    ~Trials();
    Trials(const Trials&) = delete;
    Trials& operator=(const Trials&) = delete;

    std::optional<std::size_t> next();

  private:
    std::string name_;
    std::size_t count_, tried_ = 0;
    std::vector<std::size_t> order_;
    std::chrono::steady_clock::time_point end_;
};

// The losses in a log, by iteration.
std::vector<double> losses_in(const std::filesystem::path& log);

}  // namespace faults

// Runs of the programs in which a system call fails, and what must hold of their files after each run.
#pragma once

#include <filesystem>
#include <map>
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

using Fault = support::Environment;  // the variables that shim.cpp describes

// The folder that a subject works in.
class Stage {
  public:
    Stage();

    std::filesystem::path operator/(const std::string& name) const { return work_ / name; }
    const std::filesystem::path& folder() const { return work_; }
    Finished run(const Subject& subject, const Fault& fault = {});
    void keep();  // put_back() restores what the folder holds now
    void put_back();
    void learn(const Subject& subject);  // what was made now is right; of folders: the only right content

    std::vector<Call> calls() const;          // of the last run
    long count(const std::string& of) const;  // of the last run: "memory" or "place"
    bool hit() const;                         // the last run came to the call that fails
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

// All calls if AUTOTM_EVERY_FAULT is set, else the first ones of each kind on each file.
std::vector<Call> chosen(const std::vector<Call>& calls, int of_each);
bool every_fault();

// The losses in a log, by iteration.
std::vector<double> losses_in(const std::filesystem::path& log);

}  // namespace faults

// The fault that a program is to meet, as environment variables describe it, and the record of what happened.
// It belongs to a library for LD_PRELOAD, which makes a chosen system call of a program fail (files.cpp),
// refuses it memory or a thread (memory.cpp), or kills it before such a call.
//
//     FAULT_FOLDER=DIR     only calls on paths below DIR count, and on descriptors opened there
//     FAULT_KIND=NAME      the kind of call, one of `kinds`; `durable`: every kind from `writing` on
//     FAULT_AT=N           the N-th call of this kind, from 1 on; 0: none, calls are only counted
//     FAULT_LASTING=1      this call and all later ones, as a full disk has it
//     FAULT_ERRNO=NUMBER   what the call fails with
//     FAULT_CUT=1          the read or write takes half of its bytes and succeeds
//     FAULT_KILL=1         the process gets SIGKILL before the call
//     FAULT_DEPTH=D        of `memory`: N counts places, not allocations. A place is D return addresses.
//     FAULT_EXCEPT=NAME    of places: none in a library whose file name holds NAME, nor in what it calls
//     FAULT_REPORT=FILE    gets a line "call KIND PATH" for each call that counts, "hit KIND PATH" for each
//                          failure, and at the end "count memory N" and "count place N"
//
// Programs that this one starts run undisturbed.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace shim {

enum Kind {
    opening,
    reading,
    mapping,
    locking,
    asking,
    memory,
    threads,
    writing,  // from here on: what is stored changes
    syncing,
    renaming,
    closing,
    truncating,
    removing,
    making,
    changing,
    kind_count,
    durable,
    none
};
constexpr const char* kinds[kind_count] = {"open",   "read",     "map",    "lock",  "status",
                                           "memory", "thread",   "write",  "sync",  "rename",
                                           "close",  "truncate", "unlink", "mkdir", "mode"};

constexpr std::size_t longest = 512;

struct Fault {
    char folder[longest] = "", report[longest] = "", except[longest] = "";
    Kind kind = none;
    long at = 0, error = EIO, depth = 0;
    bool lasting = false, cut = false, kill = false;
};
extern Fault fault;
extern std::atomic<long> counts[kind_count], places;  // of calls, and of places that ask for memory

enum class Verdict { go, fail, cut };

// What comes of the n-th call of its kind. Verdict::fail: errno is set. May kill the process.
Verdict judge_call(Kind kind, long n, const char* path);

// What comes of the next call of this kind on a path, which counts if the path is below the folder.
Verdict judge(Kind kind, const char* path);
bool counted(const char* path);

void copy_text(char (&to)[longest], const char* from);

}  // namespace shim

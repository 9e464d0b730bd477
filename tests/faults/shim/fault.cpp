#include "tests/faults/shim/fault.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <execinfo.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace shim {

Fault fault;
std::atomic<long> counts[kind_count], places;

namespace {

bool ready = false;
std::atomic<long> durable_steps;

// By system calls of its own, so that nothing of this is counted.
void report(const char* what, const char* of, const char* value) {
    if (!fault.report[0]) return;
    char line[longest + 64];
    const int length = std::snprintf(line, sizeof line, "%s %s %s\n", what, of, value);
    const long file =
        syscall(SYS_openat, AT_FDCWD, fault.report, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0) return;
    syscall(SYS_write, file, line, length);
    syscall(SYS_close, file);
}

void report_count(const char* of, long count) {
    char value[24];
    std::snprintf(value, sizeof value, "%ld", count);
    report("count", of, value);
}

__attribute__((constructor)) void read_environment() {
    const auto number = [](const char* name) { return std::getenv(name) ? std::atol(std::getenv(name)) : 0; };
    copy_text(fault.folder, std::getenv("FAULT_FOLDER"));
    copy_text(fault.report, std::getenv("FAULT_REPORT"));
    copy_text(fault.except, std::getenv("FAULT_EXCEPT"));
    const char* kind = std::getenv("FAULT_KIND");
    for (int i = 0; kind && i < kind_count; ++i)
        if (std::strcmp(kind, kinds[i]) == 0) fault.kind = static_cast<Kind>(i);
    if (kind && std::strcmp(kind, "durable") == 0) fault.kind = durable;
    fault.at = number("FAULT_AT");
    fault.depth = number("FAULT_DEPTH");
    if (number("FAULT_ERRNO") != 0) fault.error = number("FAULT_ERRNO");
    fault.lasting = number("FAULT_LASTING") != 0;
    fault.cut = number("FAULT_CUT") != 0;
    fault.kill = number("FAULT_KILL") != 0;
    unsetenv("LD_PRELOAD");
    void* frame = nullptr;
    backtrace(&frame, 1);  // loads what it needs now, not inside an allocation
    ready = true;
}

__attribute__((destructor)) void report_counts() {
    report_count("memory", counts[memory]);
    report_count("place", places);
}

}  // namespace

void copy_text(char (&to)[longest], const char* from) {
    std::size_t length = 0;
    for (; from && from[length] && length + 1 < longest; ++length) to[length] = from[length];
    to[length] = 0;
}

Verdict judge_call(Kind kind, long n, const char* path) {
    if (fault.at == 0 || !(n == fault.at || (fault.lasting && n > fault.at))) return Verdict::go;
    report("hit", kinds[kind], path);
    if (fault.kill) syscall(SYS_kill, getpid(), SIGKILL);
    if (fault.cut) return Verdict::cut;
    errno = static_cast<int>(fault.error);
    return Verdict::fail;
}

bool counted(const char* path) {
    return ready && fault.folder[0] && path &&
           std::strncmp(path, fault.folder, std::strlen(fault.folder)) == 0;
}

Verdict judge(Kind kind, const char* path) {
    if (!counted(path)) return Verdict::go;
    report("call", kinds[kind], path);
    const long n = ++counts[kind], step = kind >= writing ? ++durable_steps : 0;
    if (fault.kind == kind) return judge_call(kind, n, path);
    return fault.kind == durable && step > 0 ? judge_call(kind, step, path) : Verdict::go;
}

}  // namespace shim

// A library for LD_PRELOAD. It makes a chosen system call of a program fail, or kills the program before it.
//
//     FAULT_FOLDER=DIR     only calls on paths below DIR count, and on descriptors opened there
//     FAULT_KIND=NAME      the kind of call, one of `kinds`; `durable`: every kind that changes what is
//     stored FAULT_AT=N           the N-th call of this kind, from 1 on; 0: none, calls are only counted
//     FAULT_LASTING=1      this call and all later ones, as a full disk has it
//     FAULT_ERRNO=NUMBER   what the call fails with
//     FAULT_CUT=1          the read or write takes half of its bytes and succeeds
//     FAULT_KILL=1         the process gets SIGKILL before the call
//     FAULT_DEPTH=D        of `memory`: N counts places, not allocations. A place is D return addresses.
//     FAULT_EXCEPT=NAME    of places: none in a library whose file name holds NAME, nor in what it calls
//     FAULT_REPORT=FILE    gets a line "call KIND PATH" for each call that counts, "hit KIND PATH" for each
//                          failure, and at the end "count memory N" and "count place N"
//
// Memory and threads are refused only while main() runs. Programs that this one starts run undisturbed.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dirent.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

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

constexpr std::size_t longest = 512, most_descriptors = 1024;

struct Fault {
    char folder[longest] = "", report[longest] = "", except[longest] = "";
    Kind kind = none;
    long at = 0, error = EIO, depth = 0;
    bool lasting = false, cut = false, kill = false;
};
Fault fault;
bool ready = false;
std::atomic<bool> in_main{false};
std::atomic<long> counts[kind_count], durable_steps, places;
char opened[most_descriptors][longest];  // the path of each descriptor below the folder; empty: another one

void copy_text(char (&to)[longest], const char* from) {
    std::size_t length = 0;
    for (; from && from[length] && length + 1 < longest; ++length) to[length] = from[length];
    to[length] = 0;
}

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

enum class Verdict { go, fail, cut };

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

const char* path_of(int descriptor) {
    const bool known = descriptor >= 0 && descriptor < static_cast<int>(most_descriptors);
    return known ? opened[descriptor] : "";
}

int remember(int descriptor, const char* path) {
    if (descriptor >= 0 && descriptor < static_cast<int>(most_descriptors))
        copy_text(opened[descriptor], counted(path) ? path : "");
    return descriptor;
}

// A path relative to an open folder, in full.
struct Below {
    Below(int folder, const char* path) {
        const bool relative = path && path[0] != '/' && folder != AT_FDCWD;
        std::snprintf(text, sizeof text, "%s%s%s", relative ? path_of(folder) : "", relative ? "/" : "",
                      path ? path : "");
    }
    operator const char*() const { return text; }
    char text[2 * longest];
};

bool excepted(void* const* frames, int count) {
    Dl_info about{};
    for (int i = 0; fault.except[0] && i < count; ++i)
        if (dladdr(frames[i], &about) && about.dli_fname && std::strstr(about.dli_fname, fault.except))
            return true;
    return false;
}

// The number of the place that asks for memory, if it asks for the first time; else 0.
long new_place() {
    static std::atomic<std::uint64_t> seen[1 << 16];
    constexpr int ours = 2, most = 32;
    void* frames[most];
    const int count =
        backtrace(frames, fault.depth < most - ours ? static_cast<int>(fault.depth) + ours : most);
    std::uint64_t place = 1;
    for (int i = ours; i < count; ++i)
        place = (place ^ reinterpret_cast<std::uintptr_t>(frames[i])) * 0x9E3779B97F4A7C15U;
    std::size_t slot = place >> 48;
    for (std::uint64_t found = 0; !seen[slot].compare_exchange_strong(found, place); found = 0) {
        if (found == place) return 0;
        slot = (slot + 1) % std::size(seen);
    }
    return excepted(frames + ours, count - ours) ? 0 : ++places;
}

// Whether this allocation is refused.
bool refused() {
    thread_local bool inside = false;
    if (!in_main || inside) return false;
    inside = true;
    const long n = ++counts[memory], counted_as = fault.depth > 0 ? new_place() : n;
    const bool refuse = fault.kind == memory && judge_call(memory, counted_as, "") == Verdict::fail;
    inside = false;
    return refuse;
}

template <class Function>
Function next(Function& known, const char* name) {
    if (!known) known = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
    return known;
}

int (*real_main)(int, char**, char**);
int watched_main(int argc, char** argv, char** environment) {
    in_main = true;
    const int code = real_main(argc, argv, environment);
    in_main = false;
    return code;
}

}  // namespace

// Defines the function that programs call by this name. REAL is the one they would have called.
#define INTERPOSE(result, name, parameters)                  \
    extern "C" result shim_##name parameters __asm__(#name); \
    extern "C" result shim_##name parameters
#define REAL(name)                      \
    [] {                                \
        static decltype(&::name) known; \
        return next(known, #name);      \
    }()
#define CALL(kind, path, result, name, parameters, arguments)                  \
    INTERPOSE(result, name, parameters) {                                      \
        return judge(kind, path) == Verdict::fail ? -1 : REAL(name) arguments; \
    }
// The same of a read or write of `size` bytes, which may be cut.
#define TRANSFER(kind, descriptor, name, parameters, arguments)      \
    INTERPOSE(ssize_t, name, parameters) {                           \
        const Verdict verdict = judge(kind, path_of(descriptor));    \
        if (verdict == Verdict::cut && size > 1) size /= 2;          \
        return verdict == Verdict::fail ? -1 : REAL(name) arguments; \
    }
#define OPEN(name)                                                     \
    INTERPOSE(int, name, (const char* path, int flags, mode_t mode)) { \
        if (judge(opening, path) == Verdict::fail) return -1;          \
        return remember(REAL(name)(path, flags, mode), path);          \
    }
#define OPEN_AT(name)                                                              \
    INTERPOSE(int, name, (int folder, const char* path, int flags, mode_t mode)) { \
        const Below full(folder, path);                                            \
        if (judge(opening, full) == Verdict::fail) return -1;                      \
        return remember(REAL(name)(folder, path, flags, mode), full);              \
    }
#define OPEN_STREAM(type, name, parameters, arguments, descriptor) \
    INTERPOSE(type*, name, parameters) {                           \
        if (judge(opening, path) == Verdict::fail) return nullptr; \
        type* stream = REAL(name) arguments;                       \
        if (stream) remember(descriptor(stream), path);            \
        return stream;                                             \
    }
#define LIST(entry, name)                                                                              \
    INTERPOSE(entry*, name, (DIR * folder)) {                                                          \
        return judge(reading, path_of(dirfd(folder))) == Verdict::fail ? nullptr : REAL(name)(folder); \
    }
#define MAP(name)                                                                                  \
    INTERPOSE(void*, name, (void* at, size_t size, int access, int flags, int file, off_t from)) { \
        const bool fails = file >= 0 && judge(mapping, path_of(file)) == Verdict::fail;            \
        return fails ? MAP_FAILED : REAL(name)(at, size, access, flags, file, from);               \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN_STREAM(FILE, fopen, (const char* path, const char* mode), (path, mode), fileno)
OPEN_STREAM(FILE, fopen64, (const char* path, const char* mode), (path, mode), fileno)
OPEN_STREAM(DIR, opendir, (const char* path), (path), dirfd)
LIST(dirent, readdir)
LIST(dirent64, readdir64)
MAP(mmap)
MAP(mmap64)

TRANSFER(reading, file, read, (int file, void* to, size_t size), (file, to, size))
TRANSFER(reading, file, pread, (int file, void* to, size_t size, off_t at), (file, to, size, at))
TRANSFER(reading, file, pread64, (int file, void* to, size_t size, off64_t at), (file, to, size, at))
TRANSFER(writing, file, write, (int file, const void* from, size_t size), (file, from, size))
TRANSFER(writing, file, pwrite, (int file, const void* from, size_t size, off_t at), (file, from, size, at))
TRANSFER(writing, file, pwrite64, (int file, const void* from, size_t size, off64_t at),
         (file, from, size, at))
TRANSFER(writing, to, sendfile, (int to, int from, off_t* at, size_t size), (to, from, at, size))
TRANSFER(writing, to, sendfile64, (int to, int from, off64_t* at, size_t size), (to, from, at, size))
TRANSFER(writing, to, copy_file_range,
         (int from, off64_t* at, int to, off64_t* to_at, size_t size, unsigned flags),
         (from, at, to, to_at, size, flags))
CALL(reading, path_of(file), ssize_t, readv, (int file, const iovec* parts, int count), (file, parts, count))
CALL(writing, path_of(file), ssize_t, writev, (int file, const iovec* parts, int count), (file, parts, count))

CALL(syncing, path_of(file), int, fsync, (int file), (file))
CALL(syncing, path_of(file), int, fdatasync, (int file), (file))
CALL(syncing, path_of(file), int, syncfs, (int file), (file))
CALL(locking, path_of(file), int, flock, (int file, int operation), (file, operation))
CALL(truncating, path_of(file), int, ftruncate, (int file, off_t size), (file, size))
CALL(truncating, path_of(file), int, ftruncate64, (int file, off64_t size), (file, size))
CALL(changing, path_of(file), int, fchmod, (int file, mode_t mode), (file, mode))
CALL(changing, path, int, chmod, (const char* path, mode_t mode), (path, mode))
CALL(changing, Below(folder, path), int, fchmodat, (int folder, const char* path, mode_t mode, int flags),
     (folder, path, mode, flags))

CALL(renaming, to, int, rename, (const char* from, const char* to), (from, to))
CALL(renaming, Below(to, path), int, renameat, (int from, const char* old, int to, const char* path),
     (from, old, to, path))
CALL(renaming, Below(to, path), int, renameat2,
     (int from, const char* old, int to, const char* path, unsigned flags), (from, old, to, path, flags))
CALL(renaming, to, int, link, (const char* from, const char* to), (from, to))
CALL(removing, path, int, unlink, (const char* path), (path))
CALL(removing, path, int, remove, (const char* path), (path))
CALL(removing, path, int, rmdir, (const char* path), (path))
CALL(removing, Below(folder, path), int, unlinkat, (int folder, const char* path, int flags),
     (folder, path, flags))
CALL(making, path, int, mkdir, (const char* path, mode_t mode), (path, mode))

CALL(asking, path, int, access, (const char* path, int mode), (path, mode))
CALL(asking, path, int, stat, (const char* path, struct stat* about), (path, about))
CALL(asking, path, int, stat64, (const char* path, struct stat64* about), (path, about))
CALL(asking, path, int, lstat, (const char* path, struct stat* about), (path, about))
CALL(asking, path, int, lstat64, (const char* path, struct stat64* about), (path, about))
CALL(asking, path_of(file), int, fstat, (int file, struct stat* about), (file, about))
CALL(asking, path_of(file), int, fstat64, (int file, struct stat64* about), (file, about))
CALL(asking, path, ssize_t, readlink, (const char* path, char* to, size_t size), (path, to, size))

// These fail only once they have done their work: the descriptor is gone in any case.
INTERPOSE(int, close, (int file)) {
    const Verdict verdict = judge(closing, path_of(file));
    remember(file, "");
    const int error = errno, done = REAL(close)(file);
    if (verdict == Verdict::fail) errno = error;
    return verdict == Verdict::fail ? -1 : done;
}
INTERPOSE(int, fclose, (FILE * stream)) {
    const Verdict verdict = judge(closing, path_of(fileno(stream)));
    remember(fileno(stream), "");
    const int error = errno, done = REAL(fclose)(stream);
    if (verdict == Verdict::fail) errno = error;
    return verdict == Verdict::fail ? EOF : done;
}
INTERPOSE(int, closedir, (DIR * folder)) {
    remember(dirfd(folder), "");
    return REAL(closedir)(folder);
}

// These return the error.
INTERPOSE(int, posix_fallocate, (int file, off_t from, off_t size)) {
    const bool fails = judge(truncating, path_of(file)) == Verdict::fail;
    return fails ? errno : REAL(posix_fallocate)(file, from, size);
}
INTERPOSE(int, posix_fallocate64, (int file, off64_t from, off64_t size)) {
    const bool fails = judge(truncating, path_of(file)) == Verdict::fail;
    return fails ? errno : REAL(posix_fallocate64)(file, from, size);
}
INTERPOSE(int, pthread_create,
          (pthread_t * thread, const pthread_attr_t* about, void* (*work)(void*), void* with)) {
    const bool fails =
        in_main && fault.kind == threads && judge_call(threads, ++counts[threads], "") == Verdict::fail;
    return fails ? EAGAIN : REAL(pthread_create)(thread, about, work, with);
}

// The C library's own names: dlsym() would allocate.
extern "C" void* __libc_malloc(size_t);
extern "C" void* __libc_calloc(size_t, size_t);
extern "C" void* __libc_realloc(void*, size_t);
extern "C" void* __libc_memalign(size_t, size_t);
#define ALLOCATION(name, parameters, arguments)         \
    INTERPOSE(void*, name, parameters) {                \
        if (!refused()) return __libc_##name arguments; \
        errno = ENOMEM;                                 \
        return nullptr;                                 \
    }
ALLOCATION(malloc, (size_t size), (size))
ALLOCATION(calloc, (size_t count, size_t size), (count, size))
ALLOCATION(realloc, (void* known, size_t size), (known, size))
ALLOCATION(memalign, (size_t alignment, size_t size), (alignment, size))
INTERPOSE(void*, aligned_alloc, (size_t alignment, size_t size)) {
    return shim_memalign(alignment, size);
}
INTERPOSE(int, posix_memalign, (void** to, size_t alignment, size_t size)) {
    *to = shim_memalign(alignment, size);
    return *to ? 0 : ENOMEM;
}

using Main = int(int, char**, char**);
extern "C" int __libc_start_main(Main*, int, char**, void (*)(), void (*)(), void (*)(), void*);
INTERPOSE(int, __libc_start_main,
          (Main * main, int argc, char** argv, void (*begin)(), void (*end)(), void (*unload)(),
           void* stack)) {
    real_main = main;
    return REAL(__libc_start_main)(watched_main, argc, argv, begin, end, unload, stack);
}

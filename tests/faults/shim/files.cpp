// System calls on files: each counts if it is on a path below the folder, and fails if it is the chosen one.
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/faults/shim/fault.h"
#include "tests/faults/shim/interpose.h"

using namespace shim;

namespace {

constexpr std::size_t most_descriptors = 1024;
char opened[most_descriptors][longest];  // the path of each descriptor below the folder; empty: another one

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

}  // namespace

// NOLINTBEGIN(bugprone-macro-parentheses): types and lists in parentheses are among the arguments
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
// NOLINTEND(bugprone-macro-parentheses)

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

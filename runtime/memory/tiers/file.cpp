#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "runtime/memory/available_memory.h"
#include "runtime/memory/tiers/tiers.h"
#include "runtime/memory/watched_mapping.h"

namespace runtime::tiers {

using framework::Bytes;
using framework::DataError;
using framework::OutOfTierMemory;
using framework::require;

namespace {

// Repeats pread() or pwrite() until all bytes are done. Returns 0 or errno.
template <class Call>
int transfer(Call call, int file, Bytes offset, std::byte* memory, Bytes bytes) {
    while (bytes > 0) {
        const ssize_t done = call(file, memory, static_cast<std::size_t>(bytes), offset);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return done < 0 ? errno : EIO;
        offset += done;
        memory += done;
        bytes -= done;
    }
    return 0;
}

bool in_dram(const std::string& folder) {
    struct statfs system {};
    return statfs(folder.c_str(), &system) == 0 &&
           (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

struct FileMemory {
    MappingPtr mapping;
    bool dax = false;
};

FileMemory map_file(const std::filesystem::path& folder, Bytes bytes) {
    const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    require<DataError>(
        file >= 0, "cannot make a file for slow memory in ", folder.string(), " (", std::strerror(errno),
        "); give --slow dir:PATH a folder that exists, can be written and keeps files without a name");
    FileMemory memory{std::make_unique<Mapping>()};
    memory.mapping->release = [file] { close(file); };
    const bool extended = ftruncate(file, bytes) == 0;  // before errno is read
    require<OutOfTierMemory>(extended, "the file system of ", folder.string(), " takes no file of ",
                             framework::print_bytes(bytes), " (", std::strerror(errno), ")");

    const auto size = static_cast<std::size_t>(bytes);
    void* address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED_VALIDATE | MAP_SYNC, file, 0);
    memory.dax = address != MAP_FAILED;  // only a DAX file system grants MAP_SYNC
    if (!memory.dax) address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    require<OutOfTierMemory>(address != MAP_FAILED, "cannot map ", framework::print_bytes(bytes),
                             " of a file in ", folder.string(), " (", std::strerror(errno), ")");
    memory.mapping->address = static_cast<std::byte*>(address);
    memory.mapping->bytes = bytes;
    auto watched = std::make_shared<std::optional<WatchedMapping>>();
    watched->emplace(
        address, size,
        framework::text("slow memory in ", folder.string(),
                        " is lost: its file was cut from outside, or its disk failed; give --slow "
                        "dir:PATH another folder, and --resume the last checkpoint if there is one"));
    memory.mapping->release = [file, address, size, watched] {
        watched->reset();
        munmap(address, size);
        close(file);
    };
    memory.mapping->reserve = [file, folder](Bytes offset, Bytes length) {
        const int failed = posix_fallocate(file, offset, length);
        require<OutOfTierMemory>(failed == 0, "slow memory needs ", framework::print_bytes(length), " in ",
                                 folder.string(), ", and its file system has no such room (",
                                 std::strerror(failed),
                                 "); free some, or give --slow dir:PATH another folder");
    };
    if (!memory.dax) {
        const auto write_back = [file](unsigned how) {
            return [file, how](Bytes offset, Bytes length) {
                const bool written = sync_file_range(file, offset, length, how) == 0;
                require<OutOfTierMemory>(written, "slow memory cannot be written to its file (",
                                         std::strerror(errno), ")");
            };
        };
        memory.mapping->write_back =
            write_back(SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
        memory.mapping->begin_write_back = write_back(SYNC_FILE_RANGE_WRITE);
        // Writing to a file that was cut would make it grow again, with zeros in place of its old content.
        const auto is_cut = [file, bytes] {
            struct stat status {};
            return fstat(file, &status) != 0 || status.st_size < bytes;
        };
        memory.mapping->load = [file, is_cut](Bytes offset, std::byte* to, Bytes length) {
            if (is_cut()) return EIO;
            posix_fadvise(file, offset, length, POSIX_FADV_WILLNEED);  // larger requests to the disk
            return transfer(pread, file, offset, to, length);
        };
        memory.mapping->store = [file, is_cut](Bytes offset, std::byte* from, Bytes length) {
            if (is_cut()) return EIO;
            return transfer(pwrite, file, offset, from, length);
        };
        memory.mapping->drop_copies = [file, address](Bytes offset, Bytes length) {
            const Bytes page = sysconf(_SC_PAGE_SIZE), first = offset / page * page;
            madvise(static_cast<std::byte*>(address) + first,
                    static_cast<std::size_t>(offset + length - first), MADV_DONTNEED);
            posix_fadvise(file, first, offset + length - first, POSIX_FADV_DONTNEED);
        };
    }
    return memory;
}

SlowMemory open_file(const std::string& folder, Bytes bytes) {
    FileMemory memory = map_file(folder, allocator().needed(bytes));
    return {memory.dax ? "pmem" : "file", memory.dax, Block(std::move(memory.mapping), bytes)};
}

Bytes free_in(const std::string& folder) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(folder, error);
    require<DataError>(!error, "--slow dir:", folder, ": ", error.message(), "; name a folder that exists");
    const auto room =
        static_cast<Bytes>(std::min<std::uintmax_t>(space.available, std::numeric_limits<Bytes>::max()));
    return in_dram(folder) ? std::min(room, available_dram()) : room;
}

// Uses the identity that the file system gives itself, which is the same wherever and whenever it is mounted.
// If it has none, uses its device.
std::string identity(const std::string& folder) {
    struct stat status {};
    struct statfs system {};
    const bool known = stat(folder.c_str(), &status) == 0 && statfs(folder.c_str(), &system) == 0;
    require<DataError>(known, "--slow dir:", folder, ": ", std::strerror(errno),
                       "; name a folder that exists");
    framework::TextStream who;
    who << (map_file(folder, 4096).dax ? "pmem" : "file") << " on a file system of type 0x" << std::hex
        << system.f_type;
    std::array<unsigned, 2> id{};
    static_assert(sizeof id == sizeof system.f_fsid);
    std::memcpy(id.data(), &system.f_fsid, sizeof id);
    if (id[0] != 0 || id[1] != 0) {
        who << ", " << id[0] << '-' << id[1];
    } else {
        who << std::dec << ", device " << major(status.st_dev) << ':' << minor(status.st_dev);
    }
    return who.str();
}

}  // namespace

const Kind file{.prefix = "dir:",
                .example = "dir:PATH",
                .open = open_file,
                .available = free_in,
                .identity = identity,
                .takes_dram = in_dram};

}  // namespace runtime::tiers

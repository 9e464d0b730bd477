#include "runtime/host/cpu_quota.h"

#include <cmath>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/temporary_folder.h"

namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& content) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << content;
}

const std::string version_2 = "30 25 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const std::string version_1 =
    "31 25 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "32 25 0:29 / /sys/fs/cgroup/cpu rw master:5 - cgroup cgroup rw,cpu,cpuacct\n";

}  // namespace

TEST_CASE("cpu quota: the least of the own cgroup and those above it, version 2") {
    const TemporaryFolder root;
    write(root / "proc/self/mountinfo", version_2);
    write(root / "proc/self/cgroup", "0::/user/job\n");
    CHECK(std::isinf(runtime::cpu_quota(root.path())));
    write(root / "sys/fs/cgroup/user/job/cpu.max", "max 100000\n");
    CHECK(std::isinf(runtime::cpu_quota(root.path())));
    write(root / "sys/fs/cgroup/user/cpu.max", "250000 100000\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(2.5));
    write(root / "sys/fs/cgroup/user/job/cpu.max", "50000 100000\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(0.5));
    write(root / "proc/self/cgroup", "0::/\n");
    CHECK(std::isinf(runtime::cpu_quota(root.path())));
    write(root / "sys/fs/cgroup/cpu.max", "300000 100000\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(3));
}

TEST_CASE("cpu quota: the least of the own cgroup and those above it, version 1") {
    const TemporaryFolder root;
    write(root / "proc/self/mountinfo", version_1);
    write(root / "proc/self/cgroup", "7:memory:/other\n4:cpuset:/set\n3:cpu,cpuacct:/a/b\n0::/\n");
    for (const char* folder : {"a/b", "a", ""})
        write(root / "sys/fs/cgroup/cpu" / folder / "cpu.cfs_period_us", "200000\n");
    write(root / "sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us", "-1\n");
    write(root / "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
    CHECK(std::isinf(runtime::cpu_quota(root.path())));
    write(root / "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us", "400000\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(2));
}

TEST_CASE("cpu quota: a container sees its own cgroup at the top of the mount") {
    const TemporaryFolder root;
    write(root / "proc/self/mountinfo",
          "32 25 0:29 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n" + version_2);
    write(root / "proc/self/cgroup", "3:cpu,cpuacct:/docker/abc\n0::/../..\n");
    write(root / "sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
    write(root / "sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(1.5));
    write(root / "proc/self/cgroup", "3:cpu,cpuacct:/docker/abc/inner\n");
    write(root / "sys/fs/cgroup/cpu/inner/cpu.cfs_period_us", "100000\n");
    write(root / "sys/fs/cgroup/cpu/inner/cpu.cfs_quota_us", "75000\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(0.75));
    write(root / "proc/self/cgroup", "3:cpu,cpuacct:/elsewhere\n");
    CHECK(runtime::cpu_quota(root.path()) == doctest::Approx(1.5));
}

TEST_CASE("cpu quota: nothing that can be read is no quota") {
    const TemporaryFolder root;
    CHECK(std::isinf(runtime::cpu_quota(root.path())));
    write(root / "proc/self/mountinfo", "nonsense\n - \n1 - cgroup2\n" + version_1);
    write(root / "proc/self/cgroup", "nonsense\n3:cpu:nowhere\n0::/gone\n");
    CHECK(std::isinf(runtime::cpu_quota(root.path())));
    CHECK(runtime::cpu_quota() > 0);
}

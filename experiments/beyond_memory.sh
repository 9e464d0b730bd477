#!/usr/bin/env bash
# Trains under a memory cgroup that leaves less than half of what the network needs: planned, then all in slow memory.
#
# usage: experiments/beyond_memory.sh [train's flags: --model resnet50 --batch 32 ...]
#
# Nothing is emulated. The slow memory is a plain file on the disk of AUTOTM_SLOW (default: the temporary directory).
# The same training runs twice under the same limit: with a plan that knows which tensor is needed when, and with
# `--placement slow`, where every tensor is in the file and the page cache of the operating system decides what stays
# in DRAM. Needs root for the cgroup (version 1 or 2). About 10 minutes and 8 GiB of disk.
set -euo pipefail

root=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
build=${AUTOTM_BUILD:-$root/build} slow=${AUTOTM_SLOW:-${TMPDIR:-/tmp}}
limit_mib=${AUTOTM_LIMIT_MIB:-1280}
iterations=${AUTOTM_ITERATIONS:-4}
flags=("$@")
[[ $# -gt 0 ]] || flags=(--model resnet50 --batch 32)

fail() { echo "beyond_memory: $*" >&2; exit 1; }
whole() { [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || fail "$1 is '${2:0:60}', not a whole number from 1 to 999999999"; }
whole AUTOTM_LIMIT_MIB "$limit_mib"
whole AUTOTM_ITERATIONS "$iterations"
[[ $(id -u) == 0 ]] || fail 'a memory cgroup is made by root; call it with sudo'
[[ -x $build/experiments/train ]] || fail "there is no $build/experiments/train; ./autotm train --help builds it"

if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    group=/sys/fs/cgroup/autotm-$$ limit=memory.max swap=memory.swap.max peak=memory.peak
elif [[ -d /sys/fs/cgroup/memory ]]; then
    group=/sys/fs/cgroup/memory/autotm-$$ limit=memory.limit_in_bytes swap=memory.memsw.limit_in_bytes
    peak=memory.max_usage_in_bytes
else
    fail 'this system has no memory cgroups under /sys/fs/cgroup'
fi
mkdir "$group" || fail "cannot make the cgroup $group"
work=$(mktemp -d)
trap 'rmdir "$group" 2>/dev/null || true; rm -rf "$work"' EXIT
echo $((limit_mib << 20)) >"$group/$limit"
# No swap. In version 1 the limit is for memory and swap together. Kernels without swap have no such file.
no_swap=0
[[ $swap == memory.swap.max ]] || no_swap=$((limit_mib << 20))
[[ ! -e $group/$swap ]] || echo "$no_swap" >"$group/$swap"

inside() { (echo "$BASHPID" >"$group/cgroup.procs" && exec "$@"); }

run() {  # name, then flags
    local name=$1
    echo "--- $name"
    inside "$build/experiments/train" "${flags[@]}" --data synthetic --no-evaluate --iterations "$iterations" \
        --slow "dir:$slow" --cache "$work/kernels.json" --report "$work/$name.json" "${@:2}"
}

# The rest of the limit is for the program itself and for the file's pages that are on their way to the disk.
run planned --placement synchronous --dram "$((limit_mib * 11 / 20))MiB" --time-limit 20
run page-cache --placement slow

python3 - "$work" "$limit_mib" "$(cat "$group/$peak" 2>/dev/null || echo 0)" <<'END'
import json, sys
work, limit, peak = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
planned, paged = (json.load(open(f"{work}/{name}.json")) for name in ("planned", "page-cache"))
need = planned["dram"]["all_dram_bytes"] / 2**20
print(f"\n{planned['model']['name']} batch {planned['model']['batch']}: needs {need:.0f} MiB, "
      f"the cgroup leaves {limit} MiB ({need / limit:.2f} times as much needed); cgroup peak {peak / 2**20:.0f} MiB")
for name, r in (("planned", planned), ("page cache", paged)):
    t = r["iterations"]
    print(f"  {name:10s} {t['median_s']:8.2f} s/iteration ({t['min_s']:.2f} to {t['max_s']:.2f}), "
          f"predicted {r['plan']['predicted_s']:.2f} s, anonymous {r['memory']['anonymous_bytes'] / 2**20:.0f} MiB, measured")
print(f"  ratio page cache / planned {paged['iterations']['median_s'] / planned['iterations']['median_s']:.2f}; losses "
      + ("the same bit for bit" if planned["losses"] == paged["losses"] else "NOT the same"))
END

#!/usr/bin/env python3
"""Checks plan files and problem files: python3 check_plan.py FILE...

Written from plan_file.md alone; the numbers in comments are its sections. Prints a line for each file, and
exits with 1 if one of them was refused. All arithmetic is exact.
"""
import heapq
import json
import re
import sys
from fractions import Fraction

sys.setrecursionlimit(100_000)
LITTLE = Fraction(1, 10**12)
WAYS = {"slow", "fetched", "held"}


class Refused(Exception):
    pass


def require(condition, *why):
    if not condition:
        raise Refused(" ".join(map(str, why)))


# 1. The fields of a file and their types. shape() returns a value with decimals as fractions.
def whole(least=0, most=2**60):
    return lambda v: v if type(v) is int and least <= v <= most else require(False, "no whole number:", v)


def decimal(least=None):
    def read(v):
        form = r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"
        require(type(v) is str and len(v) <= 200 and re.fullmatch(form, v), "no decimal:", v)
        exact = Fraction(v)
        require((exact * 10**60).denominator == 1 and abs(exact) < 10**20, "more digits than allowed:", v)
        require(least is None or exact >= least, "smaller than allowed:", v)
        return exact
    return read


def number(v):
    require(type(v) in (int, float) and 0 <= v <= 10**9, "no number:", v)


def distinct(values):
    require(len(set(values)) == len(values), "an element comes twice:", values)
    return set(values)


SIGNED, DECIMAL, INDEX, BYTES = decimal(), decimal(0), whole(), whole()
COPY = {"latency_s": DECIMAL, "bytes_per_s": decimal(1), "threads?": whole(0, 2**20)}
SHAPE = {
    "format": {"autotm plan"}, "version": whole(4, 4), "dram_budget_bytes": BYTES, "slow_capacity_bytes?": whole(1),
    "copy": {"to_dram": COPY, "to_slow": COPY},
    "storages": [{"name": str, "bytes": BYTES, "first": INDEX, "last": INDEX, "persistent": bool,
                  "tiers": [{"dram", "slow"}]}],
    "kernels": [{"name": str, "operands": [{"storage": INDEX, "reads": bool, "writes": bool}],
                 "times": [{"slow": [INDEX], "seconds": DECIMAL, "spread_s?": DECIMAL}]}],
    "origin?": {"mode": str, "host": str, "machine": str, "machine_scale": number, "one_by_one": bool},
    "claims?": {"placement": {"greedy", "synchronous", "static", "first-touch", "dram", "slow"},
                "predicted_s": DECIMAL, "bound_s": DECIMAL, "gap": DECIMAL, "gap_asked_for": DECIMAL,
                "status": {"optimal", "feasible"}},
    "plan?": {"dram_bytes": BYTES, "slow_bytes": BYTES,
              "residencies": [{"storage": INDEX, "tier": {"dram", "slow"}, "first": INDEX, "last": INDEX,
                               "offset": BYTES}],
              "moves": [{"storage": INDEX, "to": {"dram", "slow"}, "step": INDEX}]},
    "certificate?": {"moving": bool,
                     "functions": [[{"kernel": INDEX, "constant_s": SIGNED, "penalties_s": [SIGNED]}]],
                     "branches": [{"under": [{"storage": INDEX, "stop": INDEX, "may": [WAYS]}],
                                   "functions": INDEX, "prices": [{"step": INDEX, "s_per_gib": DECIMAL}]}]},
    "solver?": {"seconds": number, "rows": whole(0, 2**31 - 1), "columns": whole(0, 2**31 - 1),
                "refinements": whole(0, 2**31 - 1)},
}


def shape(value, wanted):
    if isinstance(wanted, dict):
        require(isinstance(value, dict), "no object:", value)
        known = {name.rstrip("?"): name for name in wanted}
        require(set(value) <= set(known), "unknown fields:", set(value) - set(known))
        for name, marked in known.items():
            require(name in value or marked != name, "a field is missing:", name)
        return {name: shape(value[name], wanted[known[name]]) for name in value}
    if isinstance(wanted, list):
        require(isinstance(value, list), "no list:", value)
        return [shape(element, wanted[0]) for element in value]
    if isinstance(wanted, set):
        require(isinstance(value, str) and value in wanted, "none of", wanted, ":", value)
        return value
    if wanted in (str, bool):
        require(type(value) is wanted, "of another type:", value)
        return value
    return wanted(value)


def unique(pairs):
    require(len({key for key, _ in pairs}) == len(pairs), "a field comes twice in one object")
    return dict(pairs)


def aligned(size):
    return -(-size // 64) * 64


class Problem:  # 2.
    def __init__(self, file):
        self.budget, self.capacity, self.copy = file["dram_budget_bytes"], file.get("slow_capacity_bytes"), file["copy"]
        self.storages = [Storage(s) for s in file["storages"]]
        require(sum(aligned(s.bytes) for s in self.storages) <= 2**60, "the sizes add up to too much")
        self.kernels = [Kernel(k, self.storages, step) for step, k in enumerate(file["kernels"])]
        require(self.kernels, "there is no kernel")
        for storage in self.storages:
            storage.find_stops(len(self.kernels))

    def copy_time(self, tier, size):
        cost = self.copy["to_" + tier]
        return cost["latency_s"] + size / cost["bytes_per_s"]


class Storage:
    def __init__(self, s):
        self.bytes, self.first, self.last, self.persistent = s["bytes"], s["first"], s["last"], s["persistent"]
        require("dram" in distinct(s["tiers"]), "it must be allowed in DRAM")
        self.may_be_slow = "slow" in s["tiers"]
        self.uses = []  # (step, reads, writes, position among the kernel's operands)

    def find_stops(self, steps):  # and check the live range
        uses, first, last = self.uses, self.first, self.last
        if self.persistent:
            require((first, last) == (0, steps) and all(u[1] for u in uses), "persistent storage")
        elif uses:
            begin, end = uses[0][0], uses[-1][0] + 1
            require(first == 0 or (first == begin and not uses[0][1]), "where a live range begins")
            require(last in (end, steps), "where a live range ends")
            require(all(u[1] or u[0] == begin == first for u in uses), "a use that does not read")
        else:
            require(first == 0 and last in (0, steps), "live range without uses")
        unwritten = last > 0 and (not uses or uses[0][0] > 0 or uses[0][1])
        self.filled_before = self.persistent or (first == 0 and unwritten)
        self.read_after = not self.persistent and last > (uses[-1][0] + 1 if uses else 0)
        self.stops = []  # 5. (step, reads, writes, position; None: outside)
        if self.may_be_slow and first < last:
            if not self.persistent and (not uses or uses[0][0] > first):
                self.stops.append((first, False, True, None))
            if self.persistent and not uses:
                self.stops.append((0, True, False, None))
            self.stops += uses
            if self.read_after:
                self.stops.append((last - 1, True, False, None))


class Kernel:
    def __init__(self, k, storages, step):
        self.operands, self.times = [o["storage"] for o in k["operands"]], {}
        require(len(distinct(self.operands)) <= 63, "too many operands")
        for position, o in enumerate(k["operands"]):
            require(o["storage"] < len(storages) and (o["reads"] or o["writes"]), "an operand of", k["name"])
            storages[o["storage"]].uses.append((step, o["reads"], o["writes"], position))
        self.movable = {i for i, s in enumerate(self.operands) if storages[s].may_be_slow}
        for t in k["times"]:
            slow = frozenset(distinct(t["slow"]))
            require(slow <= self.movable and slow not in self.times, "times of", k["name"])
            self.times[slow] = t["seconds"]
        for needed in [frozenset()] + [frozenset([i]) for i in self.movable]:
            require(needed in self.times, "a time is missing of", k["name"])
        self.all_dram = self.times[frozenset()]
        self.adds = {i: self.times[frozenset([i])] - self.all_dram for i in self.movable}

    def time(self, slow):
        return self.times[slow] if slow in self.times else self.all_dram + sum(self.adds[i] for i in slow)

    def is_above(self, constant, penalties, may, must):  # 7.3
        for slow, time in self.times.items():
            if must <= slow <= may and constant + sum(penalties[i] for i in slow) > time:
                return False
        change = {i: self.adds[i] - penalties[i] for i in may}
        start = frozenset(i for i in may if i in must or change[i] < 0)
        free = sorted(may - must, key=lambda i: abs(change[i]))
        # Sets in rising order of time - function: each comes from one other, by one more operand of `free` that is
        # changed, or by the next one in place of the last.
        sets = [(self.all_dram - constant + sum(change[i] for i in start), 0, sorted(start))]
        while sets:
            above, decided, slow = heapq.heappop(sets)
            slow = frozenset(slow)
            if above >= 0 or slow not in self.times:
                return above >= 0
            if decided < len(free):
                next_one, more = free[decided], abs(change[free[decided]])
                heapq.heappush(sets, (above + more, decided + 1, sorted(slow ^ {next_one})))
                if decided > 0:
                    last = free[decided - 1]
                    both = sorted(slow ^ {next_one, last})
                    heapq.heappush(sets, (above + more - abs(change[last]), decided + 1, both))
        return True


# 3. The plan
def covering(residencies, tier, step):
    return next((r for r in residencies if r["tier"] == tier and r["first"] <= step < r["last"]), None)


def ending(residencies, tier, step):
    return next((r for r in residencies if r["tier"] == tier and r["last"] == step), None)


def find(residencies, step):  # where a kernel finds the storage
    return covering(residencies, "dram", step) or covering(residencies, "slow", step)


def follow(storage, residencies, moves, steps):  # 3.5
    holders, home = [], None
    holds = lambda r: any(r is h for h in holders)
    if storage.filled_before:
        fetched = any(m["to"] == "dram" and m["step"] == 0 for m in moves)
        home = covering(residencies, "slow", 0) if fetched else find(residencies, 0)
        require(home, "no place at the start")
        holders = [home]
    events = [(m["step"], 0, m) for m in moves] + [(u[0], 1, u) for u in storage.uses]
    for step, is_use, what in sorted(events, key=lambda e: e[:2]):
        if is_use:
            place = find(residencies, step)
            require(place and (holds(place) or not what[1]), "an operand at step", step)
            holders = [place] if what[2] else holders
        else:
            spill = what["to"] == "slow"
            source = covering(residencies, "dram" if spill else "slow", step)
            source = source or (ending(residencies, "dram", step) if spill else None)
            to = covering(residencies, what["to"], step) if step < steps else ending(residencies, "slow", steps)
            require(source and holds(source) and to, "a move at step", step)
            holders.append(to)
    if storage.persistent:
        require((home["first"], home["last"]) == (0, steps) and holds(home), "a persistent storage at the end")
    if storage.read_after:
        place = find(residencies, steps - 1)
        require(place and holds(place), "a storage that is read after the last kernel")


def plan_time(problem, plan, placement):
    steps, storages = len(problem.kernels), problem.storages
    for r in plan["residencies"]:
        require(r["storage"] < len(storages) and r["first"] < r["last"] <= steps, "a residency", r)
        require(r["tier"] == "dram" or storages[r["storage"]].may_be_slow, "the tier of", r)
        require(r["offset"] % 64 == 0, "the offset of", r)
        r["bytes"] = storages[r["storage"]].bytes
        r["end"] = r["offset"] + aligned(r["bytes"])
    for tier, limit in (("dram", problem.budget), ("slow", problem.capacity)):
        size, mine = plan[tier + "_bytes"], [r for r in plan["residencies"] if r["tier"] == tier]
        require(size == max([r["end"] for r in mine], default=0), "size of the arena of", tier)
        require(limit is None or size <= limit, "too little memory:", tier)
        for i, a in enumerate(mine):
            for b in mine[:i]:
                if a["first"] < b["last"] and b["first"] < a["last"]:
                    require(a["storage"] != b["storage"], "two residencies at once")
                    apart = a["end"] <= b["offset"] or b["end"] <= a["offset"] or not a["bytes"] or not b["bytes"]
                    require(apart, "bytes that are used twice:", a, b)
    before = (0, False)
    for m in plan["moves"]:
        require(m["storage"] < len(storages), "a move of", m["storage"])
        now = (m["step"], m["to"] == "dram")
        require(before <= now and m["step"] <= (steps - 1 if now[1] else steps), "order of moves")
        require(m["step"] > 0 or not now[1] or storages[m["storage"]].persistent, "a move to DRAM at step 0")
        before = now
    of = [[r for r in plan["residencies"] if r["storage"] == n] for n in range(len(storages))]
    for n, storage in enumerate(storages):
        follow(storage, of[n], [m for m in plan["moves"] if m["storage"] == n], steps)
    if placement not in ("greedy", "synchronous"):  # 4.
        require(not plan["moves"] and all(len(r) <= 1 for r in of), "not one tier for life")
    tiers = {r["tier"] for r in plan["residencies"] if storages[r["storage"]].may_be_slow}
    require(placement not in ("dram", "slow") or tiers <= {placement}, "not all in", placement)
    total = sum(problem.copy_time(m["to"], storages[m["storage"]].bytes) for m in plan["moves"])
    for step, kernel in enumerate(problem.kernels):
        slow = [i for i, n in enumerate(kernel.operands) if not covering(of[n], "dram", step)]
        total += kernel.time(frozenset(slow))
    return total


# 5. to 7. The certificate. A cost of None stands for a way that there is not.
def complete(branches, depth):  # 7.2
    if any(len(b["under"]) == depth for b in branches):
        return True
    if not branches:
        return False
    first, these, others = branches[0]["under"][depth], [], []
    for b in branches:
        r = b["under"][depth]
        if (r["storage"], r["stop"]) != (first["storage"], first["stop"]):
            return False
        if set(r["may"]) == set(first["may"]):
            these.append(b)
        if set(r["may"]) == WAYS - set(first["may"]):
            others.append(b)
    return bool(others) and complete(these, depth + 1) and complete(others, depth + 1)


def lowest(*costs):
    return min([c for c in costs if c is not None], default=None)


def plus(cost, more):
    return None if cost is None else cost + more


def way(problem, storage, moving, may, penalty, price_until):  # 6.
    steps, stops = len(problem.kernels), storage.stops
    d = lambda a, b: aligned(storage.bytes) * (price_until[b] - price_until[a])
    if not storage.may_be_slow:
        return d(storage.first, storage.last)
    if not stops:
        return 0
    for_life = None
    if storage.persistent or not moving:
        wanted = ["held" if i > 0 or storage.persistent else "fetched" for i in range(len(stops))]
        if all(w in m for w, m in zip(wanted, may)):
            for_life = d(0, steps) if storage.persistent else d(stops[0][0], stops[-1][0] + 1)
    if not moving:
        in_slow = sum(penalty(stop) for stop in stops) if all("slow" in m for m in may) else None
        return lowest(for_life, in_slow)
    fetch, spill = (problem.copy_time(tier, storage.bytes) for tier in ("dram", "slow"))
    slow, clean, dirty = 0, None, None
    for i, stop in enumerate(stops):
        s, reads, writes, _ = stop
        there = i > 0 or storage.persistent
        leave = lowest(slow, clean, plus(dirty, spill))
        next_slow, next_clean, next_dirty = None, None, None
        if "held" in may[i] and i > 0:
            since = d(stops[i - 1][0] + 1, s + 1)
            next_dirty = plus(lowest(dirty, clean) if writes else dirty, since)
            next_clean = None if writes else plus(clean, since)
        if "fetched" in may[i]:
            cost = plus(leave, (fetch if reads and there else 0) + d(s, s + 1))
            if writes or not there:
                next_dirty = lowest(next_dirty, cost)
            else:
                next_clean = lowest(next_clean, cost)
        if "slow" in may[i]:
            next_slow = plus(leave, penalty(stop))
        slow, clean, dirty = next_slow, next_clean, next_dirty
    return lowest(for_life, slow, clean, plus(dirty, spill if storage.persistent else 0))


def branch_bound(problem, moving, functions, branch):
    may = [[set(WAYS) for _ in s.stops] for s in problem.storages]
    for r in branch["under"]:
        may[r["storage"]][r["stop"]] &= set(r["may"])
    price_until = [Fraction(0)]
    prices = {p["step"]: p["s_per_gib"] for p in branch["prices"]}
    for step in range(len(problem.kernels)):
        price_until.append(price_until[-1] + prices.get(step, Fraction(0)) / 2**30)
    total = -price_until[-1] * problem.budget
    for n, storage in enumerate(problem.storages):
        penalty = lambda stop: 0 if stop[3] is None else functions[stop[0]]["penalties_s"][stop[3]]
        cost = way(problem, storage, moving, may[n], penalty, price_until)
        if cost is None:
            return None
        total += cost
    ways = {}  # of each operand that may be in slow memory, by step and position
    for n, storage in enumerate(problem.storages):
        ways.update({(stop[0], stop[3]): may[n][j] for j, stop in enumerate(storage.stops) if stop[3] is not None})
    for step, kernel in enumerate(problem.kernels):
        allowed = frozenset(i for i in kernel.movable if "slow" in ways[step, i])
        forced = frozenset(i for i in kernel.movable if not ways[step, i] & {"fetched", "held"})
        f = functions[step]
        require(kernel.is_above(f["constant_s"], f["penalties_s"], allowed, forced), "a function is above", step)
        total += f["constant_s"]
    return total


def certified_bound(problem, certificate):
    kernels, storages, lists = problem.kernels, problem.storages, []
    for given in certificate["functions"]:
        distinct([f["kernel"] for f in given])
        for f in given:
            require(f["kernel"] < len(kernels), "a function of kernel", f["kernel"])
            require(len(f["penalties_s"]) == len(kernels[f["kernel"]].operands), "penalties of", f["kernel"])
        require(lists or len(given) == len(kernels), "a kernel has no function")
        lists.append({**(lists[0] if lists else {}), **{f["kernel"]: f for f in given}})
    require(lists, "no functions")
    for b in certificate["branches"]:
        require(b["functions"] < len(lists), "functions", b["functions"])
        for r in b["under"]:
            require(r["storage"] < len(storages) and r["stop"] < len(storages[r["storage"]].stops), "restriction", r)
            distinct(r["may"])
        require(all(step < len(kernels) for step in distinct([p["step"] for p in b["prices"]])), "step of a price")
    require(complete(certificate["branches"], 0), "the branches leave placements out")
    bounds = [branch_bound(problem, certificate["moving"], lists[b["functions"]], b) for b in certificate["branches"]]
    return max(0, lowest(*bounds) or 0)


def check(text):
    file = shape(json.loads(text, object_pairs_hook=unique), SHAPE)
    problem = Problem(file)
    parts = {"claims", "plan", "certificate"}
    if not (parts | {"solver"}) & set(file):
        return "a problem"
    require(parts <= set(file), "only some of", parts)
    claims, certificate = file["claims"], file["certificate"]
    predicted, bound, gap = claims["predicted_s"], claims["bound_s"], claims["gap"]
    time = plan_time(problem, file["plan"], claims["placement"])
    require(time <= predicted <= time * (1 + LITTLE), "predicted_s: the plan takes", float(time))
    require(certificate["moving"] or claims["placement"] == "static", "a bound of plans without moves")
    shown = certified_bound(problem, certificate)
    require(bound <= min(shown, predicted), "bound_s: the certificate shows", float(shown))
    exact = (predicted - bound) / predicted if predicted else 0
    require(exact <= gap <= exact + (LITTLE if predicted else 0), "gap: it is", float(exact))
    status = "optimal" if gap <= claims["gap_asked_for"] else "feasible"
    require(claims["status"] == status, "status: it is", status)
    return f"a plan of {float(predicted):.6g} s, proved within {float(gap):.3g} of the best"


def main(files):
    refused = 0
    for file in files:
        try:
            with open(file, encoding="utf-8") as opened:
                print(f"{file}: accepted: {check(opened.read())}")
        except (Refused, ValueError, RecursionError) as error:
            refused += 1
            print(f"{file}: refused: {' '.join(str(error).split())[:200]}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

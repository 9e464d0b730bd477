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
WAYS = {"slow", "fetched", "held"}


class Refused(Exception):
    pass


def require(condition, *why):
    if not condition:
        raise Refused(" ".join(map(str, why)))


# 1. Values of JSON, by their types
def unique(pairs):
    require(len({key for key, _ in pairs}) == len(pairs), "a field comes twice in one object")
    return dict(pairs)


def fields(value, required, optional=""):
    require(isinstance(value, dict), "expected an object, found", value)
    for name in required.split():
        require(name in value, "a field is missing:", name)
    unknown = set(value) - set(required.split()) - set(optional.split())
    require(not unknown, "unknown fields:", unknown)
    return value


def entries(value):
    require(isinstance(value, list), "expected a list, found", value)
    return value


def word(value):
    require(isinstance(value, str), "expected a string, found", value)
    return value


def flag(value):
    require(isinstance(value, bool), "expected true or false, found", value)
    return value


def whole(value, least=0, most=2**60):
    require(type(value) is int and least <= value <= most, "expected a whole number, found", value)
    return value


def number(value):
    require(type(value) in (int, float) and 0 <= value <= 10**9, "expected a number, found", value)


def decimal(value, least=Fraction(0)):
    match = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", word(value), re.ASCII)
    require(match and len(value) <= 200, "expected a decimal, found", value)
    exact = Fraction(value)
    require((exact * 10**60).denominator == 1 and abs(exact) < 10**20, "more digits than allowed:", value)
    require(least is None or exact >= least, "smaller than allowed:", value)
    return exact


def distinct(values):
    require(len(set(values)) == len(values), "an element comes twice:", values)
    return set(values)


def aligned(size):
    return -(-size // 64) * 64


class Problem:  # 2.
    def __init__(self, root):
        self.budget = whole(root["dram_budget_bytes"])
        self.capacity = whole(root["slow_capacity_bytes"], 1) if "slow_capacity_bytes" in root else None
        fields(root["copy"], "to_dram to_slow")
        self.copy = {}
        for tier in ("dram", "slow"):
            cost = fields(root["copy"]["to_" + tier], "latency_s bytes_per_s", "threads")
            whole(cost.get("threads", 0), 0, 2**20)
            self.copy[tier] = decimal(cost["latency_s"]), decimal(cost["bytes_per_s"], 1)
        self.storages = [Storage(s) for s in entries(root["storages"])]
        require(sum(aligned(s.bytes) for s in self.storages) <= 2**60, "the sizes add up to too much")
        self.kernels = [Kernel(k, self.storages, step) for step, k in enumerate(entries(root["kernels"]))]
        require(self.kernels, "there is no kernel")
        for storage in self.storages:
            storage.complete(len(self.kernels))

    def copy_time(self, tier, size):
        latency, rate = self.copy[tier]
        return latency + size / rate


class Storage:
    def __init__(self, s):
        fields(s, "name bytes first last persistent tiers")
        word(s["name"])
        self.bytes, self.first, self.last = whole(s["bytes"]), whole(s["first"]), whole(s["last"])
        self.persistent = flag(s["persistent"])
        self.tiers = distinct([word(t) for t in entries(s["tiers"])])
        require("dram" in self.tiers and self.tiers <= {"dram", "slow"}, "tiers", s["tiers"])
        self.uses = []  # (step, reads, writes, position)

    def complete(self, steps):  # live ranges and stops
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
        fresh = last > 0 and (not uses or uses[0][0] > 0 or uses[0][1])
        self.filled_before = self.persistent or (first == 0 and fresh)
        self.read_after = not self.persistent and last > (uses[-1][0] + 1 if uses else 0)
        self.stops = []  # 5. (step, reads, writes, position; None: outside)
        if "slow" not in self.tiers or first == last:
            return
        if not self.persistent and (not uses or uses[0][0] > first):
            self.stops.append((first, False, True, None))
        if self.persistent and not uses:
            self.stops.append((0, True, False, None))
        self.stops += uses
        if self.read_after:
            self.stops.append((last - 1, True, False, None))


class Kernel:
    def __init__(self, k, storages, step):
        fields(k, "name operands times")
        word(k["name"])
        self.operands, self.times = [], {}
        for position, o in enumerate(entries(k["operands"])):
            fields(o, "storage reads writes")
            self.operands.append(whole(o["storage"], 0, len(storages) - 1))
            reads, writes = flag(o["reads"]), flag(o["writes"])
            require(reads or writes, "an operand that is neither read nor written")
            storages[o["storage"]].uses.append((step, reads, writes, position))
        require(len(distinct(self.operands)) <= 63 and len(self.operands) <= 63, "too many operands")
        self.movable = {i for i, s in enumerate(self.operands) if "slow" in storages[s].tiers}
        for t in entries(k["times"]):
            fields(t, "slow seconds", "spread_s")
            slow = frozenset(distinct([whole(i, 0, len(self.operands) - 1) for i in entries(t["slow"])]))
            require(slow <= self.movable and slow not in self.times, "times of", k["name"])
            self.times[slow] = decimal(t["seconds"])
            decimal(t.get("spread_s", "0"))
        for needed in [frozenset()] + [frozenset([i]) for i in self.movable]:
            require(needed in self.times, "a time is missing of", k["name"])
        self.all_dram = self.times[frozenset()]

    def adds(self, i):
        return self.times[frozenset([i])] - self.all_dram

    def time(self, slow):
        return self.times.get(slow, self.all_dram + sum(self.adds(i) for i in slow))

    def is_above(self, constant, penalties, may, must):  # 7.3
        for slow, time in self.times.items():
            if must <= slow <= may and constant + sum(penalties[i] for i in slow) > time:
                return False
        change = {i: self.adds(i) - penalties[i] for i in may}
        start = frozenset(i for i in may if i in must or change[i] < 0)
        free = sorted(may - must, key=lambda i: abs(change[i]))
        sets = [(self.all_dram - constant + sum(change[i] for i in start), 0, start)]
        count = 0  # keeps the heap from comparing sets
        position = {0: 0}
        while sets:
            above, which, slow = heapq.heappop(sets)
            at = position[which]
            if above >= 0 or slow not in self.times:
                return above >= 0
            if at == len(free):
                continue
            flipped = [(abs(change[free[at]]), slow ^ {free[at]})]
            if at > 0:
                flipped.append((flipped[0][0] - abs(change[free[at - 1]]), flipped[0][1] ^ {free[at - 1]}))
            for more, other in flipped:
                count += 1
                position[count] = at + 1
                heapq.heappush(sets, (above + more, count, other))
        return True


class Residency:
    def __init__(self, r, problem):
        fields(r, "storage tier first last offset")
        self.number = whole(r["storage"], 0, len(problem.storages) - 1)
        storage = problem.storages[self.number]
        self.tier, self.offset = word(r["tier"]), whole(r["offset"])
        require(self.tier in storage.tiers and self.offset % 64 == 0, "a residency", r)
        self.first, self.last = whole(r["first"]), whole(r["last"])
        require(self.first < self.last <= len(problem.kernels), "steps of a residency", r)
        self.bytes, self.end = storage.bytes, self.offset + aligned(storage.bytes)

    def covers(self, step):
        return self.first <= step < self.last


def first_of(residencies, tier, holds):
    return next((r for r in residencies if r.tier == tier and holds(r)), None)


def find(residencies, step):  # where a kernel finds a storage
    covering = [r for r in residencies if r.covers(step)]
    return first_of(covering, "dram", lambda r: True) or first_of(covering, "slow", lambda r: True)


def follow(storage, residencies, moves, steps):  # 3.5
    holders, home = set(), None
    if storage.filled_before:
        fetched = ("dram", 0) in moves
        home = first_of(residencies, "slow", lambda r: r.covers(0)) if fetched else find(residencies, 0)
        require(home, "no place at the start")
        holders = {home}
    events = [(step, 0, to) for to, step in moves] + [(u[0], 1, u) for u in storage.uses]
    for step, _, what in sorted(events, key=lambda e: e[:2]):
        if what in ("dram", "slow"):
            source = first_of(residencies, "dram" if what == "slow" else "slow", lambda r: r.covers(step))
            if what == "slow" and not source:
                source = first_of(residencies, "dram", lambda r: r.last == step)
            to = first_of(residencies, what, lambda r: r.covers(step) if step < steps else r.last == step)
            require(source in holders and to, "a move at step", step)
            holders.add(to)
        else:
            place = find(residencies, step)
            require(place and (not what[1] or place in holders), "an operand at step", step)
            if what[2]:
                holders = {place}
    if storage.persistent:
        require((home.first, home.last) == (0, steps) and home in holders, "a persistent storage at the end")
    if storage.read_after:
        require(find(residencies, steps - 1) in holders, "a storage that is read after the last kernel")


def plan_time(problem, plan, claims):  # 3.
    fields(plan, "dram_bytes slow_bytes residencies moves")
    steps = len(problem.kernels)
    residencies = [Residency(r, problem) for r in entries(plan["residencies"])]
    limits = {"dram": problem.budget, "slow": problem.capacity}
    for tier, limit in limits.items():
        size = whole(plan[tier + "_bytes"])
        mine = [r for r in residencies if r.tier == tier]
        require(size == max([r.end for r in mine], default=0), "size of the arena of", tier)
        require(limit is None or size <= limit, "too little memory:", tier)
        for i, a in enumerate(mine):
            for b in mine[:i]:
                if a.first < b.last and b.first < a.last:
                    require(a.number != b.number, "two residencies at once")
                    apart = a.end <= b.offset or b.end <= a.offset or not a.bytes or not b.bytes
                    require(apart, "bytes that are used twice, at", max(a.first, b.first))
    moves, before = [], (0, 0)
    for m in entries(plan["moves"]):
        fields(m, "storage to step")
        number, to = whole(m["storage"], 0, len(problem.storages) - 1), word(m["to"])
        require(to in ("dram", "slow"), "a move to", to)
        step = whole(m["step"], 0, steps if to == "slow" else steps - 1)
        require(before <= (step, to == "dram"), "order of moves")
        require(step > 0 or to == "slow" or problem.storages[number].persistent, "a move to DRAM at step 0")
        before = (step, to == "dram")
        moves.append((number, to, step))
    of = [[r for r in residencies if r.number == n] for n in range(len(problem.storages))]
    for n, storage in enumerate(problem.storages):
        follow(storage, of[n], [(to, step) for number, to, step in moves if number == n], steps)
    kind = word(claims["placement"])  # 4.
    require(kind in ("greedy", "synchronous", "static", "first-touch", "dram", "slow"), "placement", kind)
    if kind not in ("greedy", "synchronous"):
        require(not moves and all(len(r) <= 1 for r in of), "not one tier for life")
    require(kind != "dram" or all(r.tier == "dram" for r in residencies), "not in DRAM")
    chosen = [r for r in residencies if "slow" in problem.storages[r.number].tiers]
    require(kind != "slow" or all(r.tier == "slow" for r in chosen), "not in slow memory")
    total = sum(problem.copy_time(to, problem.storages[n].bytes) for n, to, _ in moves)
    for step, kernel in enumerate(problem.kernels):
        in_dram = lambda n: any(r.tier == "dram" and r.covers(step) for r in of[n])
        total += kernel.time(frozenset(i for i, n in enumerate(kernel.operands) if not in_dram(n)))
    return total


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
        elif set(r["may"]) == WAYS - set(first["may"]):
            others.append(b)
    return bool(others) and complete(these, depth + 1) and complete(others, depth + 1)


def lowest(*costs):
    return min([c for c in costs if c is not None], default=None)


def plus(cost, more):
    return None if cost is None else cost + more


def way(problem, storage, moving, may, penalty, price_until):  # 6.
    steps = len(problem.kernels)
    d = lambda a, b: aligned(storage.bytes) * (price_until[b] - price_until[a])
    if "slow" not in storage.tiers:
        return d(storage.first, storage.last)
    stops, costs = storage.stops, []
    if not stops:
        return 0
    if storage.persistent or not moving:
        wanted = ["held" if i > 0 or storage.persistent else "fetched" for i in range(len(stops))]
        if all(w in m for w, m in zip(wanted, may)):
            costs.append(d(0, steps) if storage.persistent else d(stops[0][0], stops[-1][0] + 1))
    if not moving:
        if all("slow" in m for m in may):
            costs.append(sum(penalty(stop) for stop in stops))
        return lowest(*costs)
    fetch, spill = (problem.copy_time(tier, storage.bytes) for tier in ("dram", "slow"))
    slow, clean, dirty = 0, None, None
    for i, stop in enumerate(stops):
        s, reads, writes, _ = stop
        there = i > 0 or storage.persistent
        leave = lowest(slow, clean, plus(dirty, spill))
        after = {"slow": None, "clean": None, "dirty": None}
        if "held" in may[i] and i > 0:
            cost = d(stops[i - 1][0] + 1, s + 1)
            after["dirty"] = lowest(plus(dirty, cost), plus(clean, cost) if writes else None)
            after["clean"] = None if writes else plus(clean, cost)
        if "fetched" in may[i]:
            to = "dirty" if writes or not there else "clean"
            cost = (fetch if reads and there else 0) + d(s, s + 1)
            after[to] = lowest(after[to], plus(leave, cost))
        if "slow" in may[i]:
            after["slow"] = plus(leave, penalty(stop))
        slow, clean, dirty = after["slow"], after["clean"], after["dirty"]
    return lowest(*costs, slow, clean, plus(dirty, spill if storage.persistent else 0))


def branch_bound(problem, moving, functions, branch):
    may = [[set(WAYS) for _ in s.stops] for s in problem.storages]
    for r in branch["under"]:
        may[r["storage"]][r["stop"]] &= set(r["may"])
    price_until = [Fraction(0)]
    for step in range(len(problem.kernels)):
        price_until.append(price_until[-1] + branch["prices"].get(step, Fraction(0)) / 2**30)
    total = -price_until[-1] * problem.budget
    for n, storage in enumerate(problem.storages):
        penalty = lambda stop: 0 if stop[3] is None else functions[stop[0]][1][stop[3]]
        cost = way(problem, storage, moving, may[n], penalty, price_until)
        if cost is None:
            return None
        total += cost
    for step, kernel in enumerate(problem.kernels):
        constant, penalties = functions[step]
        at = {}  # what each operand may do here
        for i in kernel.movable:
            stops = problem.storages[kernel.operands[i]].stops
            index = next(j for j, stop in enumerate(stops) if stop[0] == step and stop[3] is not None)
            at[i] = may[kernel.operands[i]][index]
        allowed = frozenset(i for i in at if "slow" in at[i])
        forced = frozenset(i for i in at if not at[i] & {"fetched", "held"})
        require(kernel.is_above(constant, penalties, allowed, forced), "a function is above kernel", step)
        total += constant
    return total


def certified_bound(problem, certificate):  # 5. to 7.
    fields(certificate, "moving functions branches")
    lists = []
    for given in entries(certificate["functions"]):
        made = {}
        for f in entries(given):
            fields(f, "kernel constant_s penalties_s")
            k = whole(f["kernel"], 0, len(problem.kernels) - 1)
            penalties = [decimal(p, None) for p in entries(f["penalties_s"])]
            require(k not in made and len(penalties) == len(problem.kernels[k].operands), "functions of", k)
            made[k] = decimal(f["constant_s"], None), penalties
        require(lists or len(made) == len(problem.kernels), "a kernel has no function")
        lists.append({**lists[0], **made} if lists else made)
    require(lists, "no functions")
    branches = []
    for b in entries(certificate["branches"]):
        fields(b, "under functions prices")
        whole(b["functions"], 0, len(lists) - 1)
        for r in entries(b["under"]):
            fields(r, "storage stop may")
            whole(r["storage"], 0, len(problem.storages) - 1)
            whole(r["stop"], 0, len(problem.storages[r["storage"]].stops) - 1)
            require(distinct([word(w) for w in entries(r["may"])]) <= WAYS, "ways", r["may"])
        for p in entries(b["prices"]):
            fields(p, "step s_per_gib")
        steps = [whole(p["step"], 0, len(problem.kernels) - 1) for p in b["prices"]]
        distinct(steps)
        prices = dict(zip(steps, [decimal(p["s_per_gib"]) for p in b["prices"]]))
        branches.append({**b, "prices": prices})
    require(complete(branches, 0), "the branches leave placements out")
    moving = flag(certificate["moving"])
    return max(0, lowest(*(branch_bound(problem, moving, lists[b["functions"]], b) for b in branches)) or 0)


def check(text):
    root = json.loads(text, object_pairs_hook=unique, parse_constant=lambda c: require(False, c))
    fields(root, "format version dram_budget_bytes copy storages kernels",
           "slow_capacity_bytes origin claims plan certificate solver")
    require(root["format"] == "autotm plan" and whole(root["version"]) == 4, "another format")
    problem = Problem(root)
    if "origin" in root:  # 8.
        origin = fields(root["origin"], "mode host machine machine_scale one_by_one")
        number(origin["machine_scale"]), flag(origin["one_by_one"])
        [word(origin[name]) for name in ("mode", "host", "machine")]
    if not {"claims", "plan", "certificate", "solver"} & set(root):
        return "a problem"
    fields(root, "claims plan certificate", " ".join(root))
    if "solver" in root:
        solver = fields(root["solver"], "seconds rows columns refinements")
        number(solver["seconds"]), [whole(solver[name], 0, 2**31 - 1) for name in ("rows", "columns", "refinements")]
    claims = fields(root["claims"], "placement predicted_s bound_s gap gap_asked_for status")
    predicted, bound, gap, asked = (decimal(claims[n]) for n in ("predicted_s", "bound_s", "gap", "gap_asked_for"))
    little = Fraction(1, 10**12)
    time = plan_time(problem, root["plan"], claims)
    require(time <= predicted <= time * (1 + little), "predicted_s: the plan takes", float(time))
    shown = certified_bound(problem, root["certificate"])
    require(root["certificate"]["moving"] or claims["placement"] == "static", "a bound without moves")
    require(bound <= min(shown, predicted), "bound_s: the certificate shows", float(shown))
    exact = (predicted - bound) / predicted if predicted else Fraction(0)
    require(exact <= gap <= exact + (little if predicted else 0), "gap: it is", float(exact))
    require(word(claims["status"]) == ("optimal" if gap <= asked else "feasible"), "status", claims["status"])
    return f"a plan of {float(predicted):.6g} s, proved within {float(gap):.3g} of the best"


def main(files):
    good = True
    for file in files:
        try:
            with open(file, encoding="utf-8") as opened:
                print(f"{file}: accepted: {check(opened.read())}")
        except (Refused, ValueError, RecursionError) as error:
            good = False
            print(f"{file}: refused: {' '.join(str(error).split())[:200]}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

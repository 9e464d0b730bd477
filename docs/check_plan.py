#!/usr/bin/env python3
"""Checks plan files and problem files: python3 check_plan.py FILE...

Written from plan_file.md alone; "section" below means a section of that page. There is no solver here, and
nothing is rounded. An accepted plan file is a proof: its plan can be run, it takes the claimed time, and no
plan (where `moving` is false: no plan without moves) takes less than the claimed bound. Prints a line for each
file, and exits with 1 if one was refused.
"""
import itertools
import json
import re
import sys
from collections import defaultdict
from fractions import Fraction

class Refused(Exception):
    """The file breaks a rule of the page."""

def need(holds, rule):
    if not holds:
        raise Refused(rule)

# ---- Section 1: what each field may hold ----

WAYS = ("slow", "fetched", "held")

def signed(value, where):
    form = r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"
    need(isinstance(value, str) and len(value) <= 200 and re.fullmatch(form, value), f"{where} is no decimal")
    exact = Fraction(value)
    need(10**60 % exact.denominator == 0 and abs(exact) < 10**20, f"{where} is too long or too large")
    return exact

def decimal(value, where):
    need(not isinstance(value, str) or not value.startswith("-"), f"{where} is negative")
    return signed(value, where)

def number(value, where):  # a JSON number, of fields that no rule uses: here floating point does no harm
    need(type(value) in (int, float) and 0 <= value <= 10**9, f"{where} is not a number from 0 to 10^9")

def text(value, where):
    need(type(value) is str, f"{where} is not a string")
    value.encode()  # raises a ValueError at half a surrogate pair

class Record:
    """An object of the file: its fields are attributes, None for an optional field that is absent."""
    def __init__(self, **fields):
        self.__dict__.update(fields)

def read(value, shape, where):
    """The value, which must have the shape: {field: shape}, where "?" ends the name of an optional field;
    [shape of each item]; {shape of each item}, no item twice; (word, ...); a range of whole numbers; bool; or
    one of the functions above."""
    if isinstance(shape, dict):
        fields = {name.rstrip("?"): inner for name, inner in shape.items()}
        need(isinstance(value, dict) and value.keys() <= fields.keys(), f"{where} has other fields")
        need(fields.keys() & shape.keys() <= value.keys(), f"{where} lacks a field")
        return Record(**{name: read(value[name], inner, f"{where}.{name}") if name in value else None
                         for name, inner in fields.items()})
    if isinstance(shape, (list, set)):
        need(isinstance(value, list), f"{where} is not a list")
        items = [read(item, *shape, f"{where}[{i}]") for i, item in enumerate(value)]
        need(isinstance(shape, list) or len(set(items)) == len(items), f"{where} has an item twice")
        return items if isinstance(shape, list) else frozenset(items)
    if isinstance(shape, range):  # the type of true is bool, and that of 4.0 is float
        need(type(value) is int and value in shape, f"{where} is not a whole number, or not of {shape}")
    elif isinstance(shape, tuple):
        need(isinstance(value, str) and value in shape, f"{where} is not one of {shape}")
    elif shape is bool:
        need(type(value) is bool, f"{where} is not true or false")
    else:
        return shape(value, where)
    return value

def shape_of_file(storages, kernels):  # how many there are of both
    SIZE, STORAGE, STEP, UNTIL = range(2**60 + 1), range(storages), range(kernels), range(kernels + 1)
    COUNT, TIER = range(2**31), ("dram", "slow")
    COPY = {"latency_s": decimal, "bytes_per_s": decimal, "threads?": range(2**20 + 1)}
    return {
        "format": ("autotm plan",), "version": range(4, 5), "dram_budget_bytes": SIZE,  # section 2
        "slow_capacity_bytes?": range(1, 2**60 + 1), "copy": {"to_dram": COPY, "to_slow": COPY},
        "storages": [{"name": text, "bytes": SIZE, "first": UNTIL, "last": UNTIL, "persistent": bool}],
        "kernels": [{"name": text,
                     "operands": [{"storage": STORAGE, "reads": bool, "writes": bool, "tiers?": {TIER}}],
                     "times": [{"slow": {range(63)}, "seconds": decimal, "spread_s?": decimal}]}],
        "plan?": {"dram_bytes": SIZE, "slow_bytes": SIZE,  # section 3
                  "residencies": [{"storage": STORAGE, "tier": TIER, "first": STEP, "last": UNTIL,
                                   "offset": SIZE}],
                  "moves": [{"storage": STORAGE, "to": TIER, "step": UNTIL}]},
        "claims?": {"placement": ("dram", "slow", "first-touch", "static", "greedy", "synchronous"),
                    "predicted_s": decimal, "bound_s": decimal, "gap": decimal, "gap_asked_for": decimal,
                    "status": ("optimal", "feasible")},  # section 4
        "solver?": {"seconds": number, "rows": COUNT, "columns": COUNT, "refinements": COUNT},
        "certificate?": {"moving": bool,  # section 5
                         "functions": [[{"kernel": STEP, "constant_s": signed, "penalties_s": [signed]}]],
                         "branches": [{"under": [{"storage": STORAGE, "stop": COUNT, "may": {WAYS}}],
                                       "functions": COUNT, "prices": [{"step": STEP, "s_per_gib": decimal}]}]},
        "origin?": {"mode": text, "host": text, "machine": text, "machine_scale": number, "one_by_one": bool}}

def parse(content):
    def fields_once(pairs):
        need(len(dict(pairs)) == len(pairs), "an object has a field twice")
        return dict(pairs)
    def no_number(word):
        raise Refused(f"{word} is not a number")
    try:
        parsed = json.loads(content, object_pairs_hook=fields_once, parse_constant=no_number)
    except RecursionError:
        raise Refused("nested too deeply") from None
    lists = [parsed.get(name) if isinstance(parsed, dict) else None for name in ("storages", "kernels")]
    return read(parsed, shape_of_file(*(len(it) if isinstance(it, list) else 0 for it in lists)), "file")

# ---- Section 2: the problem ----

def check_problem(file):
    storages, kernels, copies = file.storages, file.kernels, (file.copy.to_dram, file.copy.to_slow)
    need(kernels, "there is no kernel")
    need(all(copy.bytes_per_s >= 1 for copy in copies), "a copy is slower than a byte a second")
    for storage in storages:
        storage.aligned = (storage.bytes + 63) // 64 * 64
        storage.fetch, storage.spill = (copy.latency_s + storage.bytes / copy.bytes_per_s for copy in copies)
        storage.uses = []  # (step, reads, writes, position in the kernel's operands), in order of steps
        storage.dram_steps = set()  # of the uses that slow memory may not serve
    need(sum(storage.aligned for storage in storages) <= 2**60, "the storages together are too large")
    for step, kernel in enumerate(kernels):
        used, none = [operand.storage for operand in kernel.operands], frozenset()
        need(len(set(used)) == len(used) <= 63, f"kernel {step} has a storage twice, or too many")
        for position, operand in enumerate(kernel.operands):
            need(operand.reads or operand.writes, f"kernel {step} neither reads nor writes an operand")
            storages[operand.storage].uses.append((step, operand.reads, operand.writes, position))
            need(operand.tiers is None or "dram" in operand.tiers, f"DRAM may not serve kernel {step}")
            operand.may_be_slow = operand.tiers is None or "slow" in operand.tiers
            if not operand.may_be_slow:
                storages[operand.storage].dram_steps.add(step)
        can = kernel.may_be_slow = frozenset(i for i, o in enumerate(kernel.operands) if o.may_be_slow)
        listed, kernel.times = kernel.times, {time.slow: time.seconds for time in kernel.times}
        need(len(listed) == len(kernel.times), f"kernel {step} lists a set twice")
        need(all(slow <= can for slow in kernel.times), f"kernel {step} lists a set that may not be slow")
        need(kernel.times.keys() >= {none, *(frozenset([i]) for i in can)}, f"kernel {step} lacks a time")
        kernel.adds = {i: kernel.times[frozenset([i])] - kernel.times[none] for i in can}
        least = kernel.times[none] + sum(min(0, add) for add in kernel.adds.values())
        need(least >= 0, f"kernel {step} takes less than no time with operands in slow memory")
    for s, storage in enumerate(storages):
        need(live_range_fits(storage, len(kernels)), f"the live range of storage {s} does not fit its uses")

def kernel_time(kernel, slow):
    return kernel.times.get(slow, kernel.times[frozenset()] + sum(kernel.adds[i] for i in slow))

def live_range_fits(storage, steps):
    """Also finds whether the storage is filled before and read after, and its stops (section 5)."""
    first, last, uses, persistent = storage.first, storage.last, storage.uses, storage.persistent
    first_use, after_uses = (uses[0][0], uses[-1][0] + 1) if uses else (None, 0)
    begun = not persistent and first_use == first and not uses[0][1]  # the first use begins the value
    storage.filled_before = persistent or first == 0 and last != 0 and not begun
    storage.read_after = not persistent and last > after_uses
    storage.stops = []  # (step, reads, writes, position in the kernel's operands; None where it is *outside*)
    if any(step not in storage.dram_steps for step in range(first, last)):
        if not uses or not persistent and first_use != first:
            storage.stops.append((first, persistent, not persistent, None))
        storage.stops += uses + ([(last - 1, True, False, None)] if storage.read_after else [])
    storage.stop_of_use = {stop[0]: i for i, stop in enumerate(storage.stops) if stop[3] is not None}
    return ((first == 0 or begun) and (last == steps or last == after_uses and not persistent)
            and all(reads for _, reads, _, _ in uses[1 if begun else 0:]))

# ---- Section 3: the plan ----

def plan_time(file):
    """Runs the plan step by step, follows each storage's value, and returns the plan's time."""
    plan, storages, steps = file.plan, file.storages, len(file.kernels)
    begin, end, moves_at = defaultdict(list), defaultdict(list), defaultdict(list)  # by step
    for r in plan.residencies:  # rule 1
        need(r.first < r.last and r.offset % 64 == 0, f"storage {r.storage}: wrong steps or offset")
        r.end = r.offset + storages[r.storage].aligned
        begin[r.first].append(r)
        end[r.last].append(r)
    for tier, arena, most in (("dram", plan.dram_bytes, file.dram_budget_bytes),  # rule 2
                              ("slow", plan.slow_bytes, file.slow_capacity_bytes)):
        top = max((r.end for r in plan.residencies if r.tier == tier), default=0)
        need(arena == top and (most is None or arena <= most), f"{tier}_bytes is wrong or above its limit")
    order = [(move.step, move.to == "dram") for move in plan.moves]  # rule 4
    need(order == sorted(order), "the moves are out of order")
    for move in plan.moves:
        need(move.to == "slow" or (0 if storages[move.storage].persistent else 1) <= move.step < steps,
             "a move to DRAM after the last step, or at step 0 and not of a persistent storage")
        moves_at[move.step].append(move)

    now = {"dram": {}, "slow": {}}  # storage: its residency that covers the step
    def found(s):
        return now["dram"].get(s) or now["slow"].get(s)
    time, holders, home, found_last = 0, [set() for _ in storages], {}, {}
    for step in range(steps + 1):
        ended = {"dram": {}, "slow": {}}  # storage: its residency that ends at this step
        for r in end[step]:
            ended[r.tier][r.storage] = now[r.tier].pop(r.storage)
        for r in begin[step]:  # rule 3
            need(r.storage not in now[r.tier], f"storage {r.storage} is twice in {r.tier} at step {step}")
            now[r.tier][r.storage] = r
        for tier in {r.tier for r in begin[step]}:
            ranges = sorted((r.offset, r.end) for r in now[tier].values() if r.offset < r.end)
            need(all(low[1] <= high[0] for low, high in zip(ranges, ranges[1:])),
                 f"residencies in {tier} share bytes at step {step}")
        if step == 0:  # rule 5, here and in all that follows
            fetched = {move.storage for move in moves_at[0] if move.to == "dram"}
            for s in [s for s, storage in enumerate(storages) if storage.filled_before]:
                home[s] = now["slow"].get(s) if s in fetched else found(s)
                need(home[s], f"storage {s} is nowhere before the first kernel")
                holders[s] = {home[s]}
        for move in moves_at[step]:
            s, to = move.storage, move.to
            source = now["slow"].get(s) if to == "dram" else now["dram"].get(s) or ended["dram"].get(s)
            target = (now if step < steps else ended)[to].get(s)
            need(source in holders[s] and target, f"a move at step {step} cannot copy storage {s}")
            holders[s].add(target)
            time += storages[s].fetch if to == "dram" else storages[s].spill
        if step < steps:
            operands = file.kernels[step].operands
            for operand in operands:
                s, place = operand.storage, found(operand.storage)
                need(place, f"kernel {step} does not find storage {s}")
                need(place.tier == "dram" or operand.may_be_slow, f"kernel {step} needs storage {s} in DRAM")
                need(place in holders[s] or not operand.reads, f"kernel {step} reads an old storage {s}")
                if operand.writes:
                    holders[s] = {place}
            slow = frozenset(i for i, operand in enumerate(operands) if operand.storage not in now["dram"])
            time += kernel_time(file.kernels[step], slow)
        if step == steps - 1:
            found_last = {s: found(s) for s in range(len(storages))}
    for s, storage in enumerate(storages):
        if storage.persistent:
            need((home[s].first, home[s].last) == (0, steps) and home[s] in holders[s],
                 f"the home of storage {s} is not kept, or its value does not come home")
        need(not storage.read_after or found_last[s] in holders[s], f"nobody has the last value of storage {s}")
    return time

# ---- Sections 5, 6 and 7: the certificate ----

def certificate_bound(file):
    """Checks what section 7 asks for, and returns the bound of section 6."""
    lists, branches, bounds, proved = [], file.certificate.branches, [], set()
    for functions in file.certificate.functions:
        own = {f.kernel: (f.constant_s, tuple(f.penalties_s)) for f in functions}
        need(len(own) == len(functions), "a list of functions has a kernel twice")
        need(lists or len(own) == len(file.kernels), "the first list of functions lacks a kernel")
        need(all(len(penalties) == len(file.kernels[k].operands) for k, (_, penalties) in own.items()),
             "a function has not a penalty for each operand")
        lists.append({**lists[0], **own} if lists else own)
    need(lists, "there is no list of functions")
    need(is_complete(branches), "the branches leave a placement out")
    for branch in branches:
        need(branch.functions < len(lists), "a branch has a list of functions that is not there")
        bound = branch_bound(file, branch, lists[branch.functions], proved)
        bounds += [] if bound is None else [bound]
    return max(0, min(bounds, default=0))

def is_complete(branches):
    """Section 7, rule 2."""
    groups = [(branches, 0)]  # each of these has to be complete at its depth
    while groups:
        group, depth = groups.pop()
        if any(len(branch.under) == depth for branch in group):
            continue
        limits = [branch.under[depth] for branch in group]
        if len({(limit.storage, limit.stop) for limit in limits}) != 1:  # also where the group is empty
            return False
        for may in (limits[0].may, frozenset(WAYS) - limits[0].may):
            groups.append(([branch for branch in group if branch.under[depth].may == may], depth + 1))
    return True

def branch_bound(file, branch, functions, proved):
    """None where no plan keeps to the branch. `proved`: what check_function() has accepted."""
    allowed = {(s, storage.stop_of_use[step]): frozenset(("fetched", "held"))  # elsewhere all ways are
               for s, storage in enumerate(file.storages) if storage.stops for step in storage.dram_steps}
    for limit in branch.under:
        need(limit.stop < len(file.storages[limit.storage].stops), "a restriction is of no stop")
        key = limit.storage, limit.stop
        allowed[key] = limit.may.intersection(allowed.get(key, WAYS))
    price = {entry.step: entry.s_per_gib / 2**30 for entry in branch.prices}
    need(len(price) == len(branch.prices), "a branch has a step twice")
    by_step = (price.get(step, 0) for step in range(len(file.kernels)))
    before = list(itertools.accumulate(by_step, initial=0))  # before[s]: the prices of the steps below s
    ways = [way(file.certificate.moving, s, storage, allowed, functions, before)
            for s, storage in enumerate(file.storages)]
    if None in ways:
        return None
    for step, kernel in enumerate(file.kernels):
        check_function(file, step, kernel, functions[step], allowed, proved)
    return sum(constant for constant, _ in functions.values()) - before[-1] * file.dram_budget_bytes + sum(ways)

def way(moving, s, storage, allowed, functions, before):
    """Section 6: the least that the storage adds to the bound; None where the restrictions leave no way."""
    def d(a, b):
        return storage.aligned * (before[b] - before[a])
    stops, persistent, found = storage.stops, storage.persistent, []
    if not stops:
        return d(storage.first, storage.last)
    may = [allowed.get((s, i), WAYS) for i in range(len(stops))]
    penalty = [0 if position is None else functions[step][1][position] for step, _, _, position in stops]
    if persistent and all("held" in ways for ways in may):  # in DRAM for life
        found.append(d(0, len(before) - 1))
    if not moving:
        if not persistent and "fetched" in may[0] and all("held" in ways for ways in may[1:]):
            found.append(d(stops[0][0], stops[-1][0] + 1))
        if all("slow" in ways for ways in may):  # in slow memory for life
            found.append(sum(penalty))
        return min(found, default=None)
    least = {"slow": 0}  # the shortest path. State: the least cost to be in it before the stop
    for i, (step, reads, writes, _) in enumerate(stops):
        after = []  # (cost, state after the stop)
        for state, cost in least.items():
            spilled = cost + (storage.spill if state == "dirty" else 0)
            if "held" in may[i] and i > 0 and state != "slow":
                dirty = state == "dirty" or writes
                after.append((cost + d(stops[i - 1][0] + 1, step + 1), "dirty" if dirty else "clean"))
            if "fetched" in may[i]:
                fetch = storage.fetch if reads and (i > 0 or persistent) else 0
                dirty = writes or i == 0 and not persistent
                after.append((spilled + fetch + d(step, step + 1), "dirty" if dirty else "clean"))
            if "slow" in may[i]:
                after.append((spilled + penalty[i], "slow"))
        least = {state: min(cost for cost, at in after if at == state) for _, state in after}
    found += [cost + (storage.spill if persistent and state == "dirty" else 0) for state, cost in least.items()]
    return min(found, default=None)

def check_function(file, step, kernel, function, allowed, proved):
    """Section 7, rule 3: the function is not above the kernel's time for any set that the branch allows."""
    def ways_of(s):  # not empty, for the branch is not left out
        return allowed.get((s, file.storages[s].stop_of_use[step]), WAYS)
    ways = {i: ways_of(kernel.operands[i].storage) for i in kernel.may_be_slow}
    can = frozenset(i for i in ways if "slow" in ways[i])
    must = frozenset(i for i in ways if "fetched" not in ways[i] and "held" not in ways[i])
    if (step, function, can, must) in proved:
        return
    proved.add((step, function, can, must))
    def value(slow):
        return function[0] + sum(function[1][i] for i in slow)
    for slow, time in kernel.times.items():
        need(not must <= slow <= can or value(slow) <= time, f"a function is above kernel {step}")
    # The other sets: time - f is a sum over operands, each of which adds this.
    part = {i: kernel.adds[i] - function[1][i] for i in can}
    lowest = must | {i for i in can if part[i] < 0}  # the set where that difference is least
    free = sorted(can - must)  # to put one of these in, or to take it out, raises the difference by |part|
    # Each set with a difference below 0 must be listed. All are visited, once each: a set comes from the one
    # without its last change, where the difference is no more. So few are visited where few are listed.
    visit = [(kernel.times[frozenset()] - function[0] + sum(part[i] for i in lowest), lowest, 0)]
    while visit:
        difference, slow, changes_from = visit.pop()
        if difference < 0:
            need(slow in kernel.times, f"a function is above kernel {step}, at a set that is not listed")
            visit += [(difference + abs(part[free[j]]), slow ^ {free[j]}, j + 1)
                      for j in range(changes_from, len(free))]

# ---- Section 4: the claims ----

def check(content):
    """The verdict on a file's text. Raises Refused, or a ValueError of json, where the file is wrong."""
    file = parse(content)
    check_problem(file)
    claims, plan, certificate = file.claims, file.plan, file.certificate
    if not (claims or plan or certificate or file.solver):
        return f"a problem of {len(file.kernels)} kernels and {len(file.storages)} storages"
    need(claims and plan and certificate, "of claims, plan, certificate (solver only with them) one is absent")
    time, predicted, bound = plan_time(file), claims.predicted_s, claims.bound_s
    little = Fraction(1, 10**12) if predicted else 0
    need(time <= predicted <= time * (1 + little), "predicted_s is not the plan's time")
    need(bound <= min(certificate_bound(file), predicted), "bound_s is above what is proven, or the time")
    gap = (predicted - bound) / predicted if predicted else 0
    need(gap <= claims.gap <= gap + little, "gap is not the gap")
    need((claims.status == "optimal") == (claims.gap <= claims.gap_asked_for), "status is wrong")
    placement, storages = claims.placement, [r.storage for r in plan.residencies]
    if placement not in ("greedy", "synchronous"):
        need(not plan.moves and len(set(storages)) == len(storages), f"no {placement} plan: a storage moves")
    if placement in ("dram", "slow"):
        need(all(r.tier == placement or r.tier == "dram" and file.storages[r.storage].dram_steps
                 for r in plan.residencies),
             f"no {placement} plan: a storage lies in the other tier")
    need(certificate.moving or placement == "static", "the bound is for static plans")  # section 5
    return f"a plan of {float(predicted):.6g} s, proved within {float(claims.gap):.3g} of the best"

def main(names):
    refused = False
    for name in names:
        try:
            with open(name, encoding="utf-8") as file:
                print(f"{name}: accepted: {check(file.read())}")
        except (Refused, ValueError, OSError) as reason:
            refused = True
            print(f"{name}: refused: {reason}")
    return refused

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

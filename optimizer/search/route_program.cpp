#include "optimizer/search/route_program.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "framework/base/error.h"
#include "optimizer/search/stopwatch.h"

namespace optimizer {

using framework::text;

namespace {

constexpr double cost_total = 1e4;  // what the kernels enter as: GLPK's tolerances are absolute

const std::string& name_of(const Instance& instance, int item) {
    const auto& storages = instance.problem.schedule.storages();
    const int storage = instance.items[static_cast<std::size_t>(item)].storage;
    return storages[static_cast<std::size_t>(storage)].name;
}

}  // namespace

bool RouteProgram::Column::covers(int step) const {
    return std::any_of(dram.begin(), dram.end(), [&](const auto& live) { return live.holds(step); });
}

RouteProgram::RouteProgram(const Instance& instance, Freedom freedom, const KernelBounds& kernels,
                           double overflow_cost)
    : instance_(instance),
      freedom_(freedom),
      kernels_(kernels),
      storages_(instance.items.size()),
      has_row_(instance.room.size(), 0),
      room_(in_units(instance, instance.usable)),
      fixed_(instance.room.size(), 0.0),
      fixed_cost_(kernels.constant),
      scale_(cost_total / std::max(kernels.constant, 1e-30)),
      overflow_cost_(overflow_cost),
      per_unit_(instance.room.size(), 0.0) {}

double RouteProgram::room(int step) const {
    return room_[static_cast<std::size_t>(step)] - fixed_[static_cast<std::size_t>(step)];
}

void RouteProgram::add_fixed(int item, const Column& column, double sign) {
    const double size = sign * instance_.items[static_cast<std::size_t>(item)].size;
    for (const auto& live : column.dram) {
        for (int step = live.first; step < live.last; ++step) fixed_[static_cast<std::size_t>(step)] += size;
    }
    fixed_cost_ += sign * column.cost;
}

// A column of the program, for a storage that has a row.
void RouteProgram::enter(int item, Column& column) {
    const Storage& storage = storages_[static_cast<std::size_t>(item)];
    std::vector<Term<Row>> terms{{storage.one, 1.0}};
    for (const Fits& fits : fits_) {
        if (!column.covers(fits.step)) continue;
        terms.push_back({fits.row, instance_.items[static_cast<std::size_t>(item)].size});
    }
    const auto number = &column - storage.columns.data();
    column.variable = milp_.variable(text("x[", name_of(instance_, item).substr(0, 200), ',', number, ']'),
                                     at_least(0), scale_ * column.cost, terms);
    for (std::size_t s = 0; s < storage.allowed.size(); ++s) {
        if (!allows(storage.allowed[s], column.route[s])) milp_.set_range(column.variable, exactly(0));
    }
}

// From a storage taken off the room to one with a row.
void RouteProgram::activate(int item) {
    Storage& storage = storages_[static_cast<std::size_t>(item)];
    if (storage.one.index != 0) return;
    Column& first = storage.columns.front();
    add_fixed(item, first, -1);
    for (const Fits& fits : fits_) {
        if (first.covers(fits.step)) milp_.set_range(fits.row, at_most(room(fits.step)));
    }
    storage.one = milp_.row(text("one[", name_of(instance_, item).substr(0, 200), ']'), exactly(1));
    enter(item, first);
    milp_.start_with(first.variable, storage.one);
}

bool RouteProgram::add_route(int item, const Route& route) {
    Storage& storage = storages_[static_cast<std::size_t>(item)];
    for (const Column& column : storage.columns) {
        if (column.route == route) return false;
    }
    Column column;
    column.route = route;
    column.cost = route_cost(instance_, item, route, kernels_.penalty);
    for_each_dram_range(instance_.items[static_cast<std::size_t>(item)], route, instance_.steps(),
                        [&](int first, int last) {
                            column.dram.push_back({first, last});
                        });
    storage.columns.push_back(std::move(column));
    if (storage.columns.size() == 1) {
        add_fixed(item, storage.columns.front(), 1);
        return true;
    }
    activate(item);
    enter(item, storage.columns.back());
    return true;
}

void RouteProgram::add_fits_row(int step) {
    if (has_row_[static_cast<std::size_t>(step)]) return;
    has_row_[static_cast<std::size_t>(step)] = 1;
    std::vector<Term<Variable>> terms;
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        if (storages_[i].one.index == 0) continue;
        for (const Column& column : storages_[i].columns) {
            if (column.covers(step)) terms.push_back({column.variable, instance_.items[i].size});
        }
    }
    const Row row = milp_.row(text("fits[", step, ']'), at_most(room(step)), terms);
    const std::array over{Term<Row>{row, -1.0}};
    fits_.push_back(
        {step, row, milp_.variable(text("over[", step, ']'), at_least(0), scale_ * overflow_cost_, over)});
}

std::vector<double> RouteProgram::load() const {
    std::vector<double> load(room_.size() + 1, 0.0);
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        for (const Column& column : storages_[i].columns) {
            if (column.share <= 0) continue;
            for (const auto& live : column.dram) {
                load[static_cast<std::size_t>(live.first)] += column.share * instance_.items[i].size;
                load[static_cast<std::size_t>(live.last)] -= column.share * instance_.items[i].size;
            }
        }
    }
    std::partial_sum(load.begin(), load.end(), load.begin());
    load.pop_back();
    return load;
}

// One row for each stretch of steps that are too full: at the fullest of them that has none.
bool RouteProgram::add_violated() {
    const std::vector<double> load = this->load();
    bool added = false;
    int worst = -1;
    const auto excess = [&](int step) {
        return load[static_cast<std::size_t>(step)] - room_[static_cast<std::size_t>(step)];
    };
    for (int step = 0; step <= instance_.steps(); ++step) {
        if (step < instance_.steps() && excess(step) > 1e-6 * (1 + room_[static_cast<std::size_t>(step)])) {
            const bool has_row = has_row_[static_cast<std::size_t>(step)];
            if (!has_row && (worst < 0 || excess(step) > excess(worst))) worst = step;
        } else if (worst >= 0) {
            add_fits_row(worst);
            added = true;
            worst = -1;
        }
    }
    return added;
}

bool RouteProgram::solve(framework::Seconds time_limit) {
    const Stopwatch watch(time_limit);
    do {
        if (watch.left() <= 0 || milp_.solve_lp(watch.left()) != Outcome::optimal) return false;
        overflow_ = 0;
        for (const Fits& fits : fits_) overflow_ += milp_.value(fits.over);
        for (Storage& storage : storages_) {
            if (storage.one.index == 0) continue;
            for (Column& column : storage.columns) column.share = milp_.value(column.variable);
        }
    } while (overflow_ < 1e-6 && add_violated());
    value_ = fixed_cost_ + milp_.objective() / scale_;
    per_unit_.assign(per_unit_.size(), 0.0);
    for (const Fits& fits : fits_) {
        per_unit_[static_cast<std::size_t>(fits.step)] = std::max(0.0, -milp_.dual(fits.row) / scale_);
    }
    return true;
}

RouteProgram::Pricing RouteProgram::price() {
    const DramPrices prices(per_unit_);
    Pricing result;
    const std::vector<double> room = in_units(instance_, instance_.room);
    double bound = kernels_.constant;
    Route route;
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        const Storage& storage = storages_[i];
        const double cost = priced_route(instance_, static_cast<int>(i), prices, kernels_.penalty, freedom_,
                                         route, storage.allowed);
        bound += cost;
        double known = 0;
        if (storage.one.index != 0) {
            known = milp_.dual(storage.one) / scale_;
        } else {
            known = storage.columns.front().cost;
            for (const auto& live : storage.columns.front().dram) {
                known += instance_.items[i].size * prices.over(live.first, live.last);
            }
        }
        if (cost < known - 1e-5 / scale_) result.added += add_route(static_cast<int>(i), route);
    }
    result.bounds.whole = bound - std::inner_product(room.begin(), room.end(), per_unit_.begin(), 0.0);
    result.bounds.usable = bound - std::inner_product(room_.begin(), room_.end(), per_unit_.begin(), 0.0);
    return result;
}

bool RouteProgram::restrict(int item, std::size_t stop, Allowed allowed) {
    activate(item);
    Storage& storage = storages_[static_cast<std::size_t>(item)];
    storage.allowed.resize(instance_.items[static_cast<std::size_t>(item)].stops.size(), anything);
    storage.allowed[stop] &= static_cast<unsigned char>(allowed);
    for (const Column& column : storage.columns) {
        if (!allows(allowed, column.route[stop])) milp_.set_range(column.variable, exactly(0));
    }
    // The program is solvable as long as one route is left.
    Route route;
    const double cost = priced_route(instance_, item, DramPrices(per_unit_), kernels_.penalty, freedom_,
                                     route, storage.allowed);
    if (cost == forbidden) return false;
    add_route(item, route);
    return true;
}

void RouteProgram::lift(int item) {
    Storage& storage = storages_[static_cast<std::size_t>(item)];
    storage.allowed.clear();
    for (const Column& column : storage.columns) milp_.set_range(column.variable, at_least(0));
}

std::vector<Settled> RouteProgram::settled() const {
    std::vector<Settled> settled(static_cast<std::size_t>(instance_.stops()), Settled::no);
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        const auto& allowed = storages_[i].allowed;
        for (std::size_t s = 0; s < allowed.size(); ++s) {
            Settled& how = settled[static_cast<std::size_t>(instance_.first_stop[i]) + s];
            if ((allowed[s] & only_dram) == 0) how = Settled::slow;
            if ((allowed[s] & only_slow) == 0) how = Settled::dram;
        }
    }
    return settled;
}

void RouteProgram::set_kernels(const KernelBounds& kernels) {
    kernels_ = kernels;
    fixed_cost_ = kernels.constant;
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        for (Column& column : storages_[i].columns) {
            column.cost = route_cost(instance_, static_cast<int>(i), column.route, kernels_.penalty);
            if (storages_[i].one.index == 0) {
                fixed_cost_ += column.cost;
            } else {
                milp_.set_cost(column.variable, scale_ * column.cost);
            }
        }
    }
}

bool RouteProgram::raise_overflow_cost() {
    if (overflow_cost_ * scale_ > 1e9) return false;
    overflow_cost_ *= 30;
    for (const Fits& fits : fits_) milp_.set_cost(fits.over, scale_ * overflow_cost_);
    return true;
}

void RouteProgram::refresh_room() {
    room_ = in_units(instance_, instance_.usable);
    for (const Fits& fits : fits_) milp_.set_range(fits.row, at_most(room(fits.step)));
}

std::vector<double> RouteProgram::slow_share() const {
    std::vector<double> share(static_cast<std::size_t>(instance_.stops()), 0.0);
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        for (const Column& column : storages_[i].columns) {
            for (std::size_t s = 0; s < column.route.size(); ++s) {
                if (column.route[s] != At::slow) continue;
                share[static_cast<std::size_t>(instance_.first_stop[i]) + s] += column.share;
            }
        }
    }
    return share;
}

std::vector<RouteProgram::Choice> RouteProgram::choices(int item) const {
    std::vector<Choice> found;
    for (const Column& column : storages_[static_cast<std::size_t>(item)].columns) {
        if (column.share > 1e-6) found.push_back({&column.route, column.share, column.cost});
    }
    return found;
}

}  // namespace optimizer

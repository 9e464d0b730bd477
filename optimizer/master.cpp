#include "optimizer/master.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "framework/error.h"

namespace optimizer {

using framework::text;

namespace {

constexpr double milli = 1e3;  // costs enter in ms: GLPK's tolerances are absolute

}  // namespace

bool Master::Column::covers(int step) const {
    return std::any_of(dram.begin(), dram.end(), [&](const auto& live) { return live.holds(step); });
}

Master::Master(const Model& model, Freedom freedom, const KernelBounds& kernels)
    : model_(model),
      freedom_(freedom),
      kernels_(kernels),
      storages_(model.items.size()),
      has_row_(model.room.size(), 0),
      room_(room_in_gib(model)),
      fixed_(model.room.size(), 0.0),
      fixed_cost_(kernels.constant),
      per_gib_(model.room.size(), 0.0) {}

void Master::add_fixed(int item, const Column& column, double sign) {
    const double gib = sign * gib_of(model_.items[static_cast<std::size_t>(item)]);
    for (const auto& live : column.dram) {
        for (int step = live.first; step < live.last; ++step) fixed_[static_cast<std::size_t>(step)] += gib;
    }
    fixed_cost_ += sign * column.cost;
}

void Master::enter(int item, Column& column) {
    const Storage& storage = storages_[static_cast<std::size_t>(item)];
    const std::string& name = model_.problem.graph
                                  .tensor(model_.problem.schedule
                                              .storages()[static_cast<std::size_t>(
                                                  model_.items[static_cast<std::size_t>(item)].storage)]
                                              .tensor)
                                  .name;
    std::vector<Term<Row>> terms{{storage.one, 1.0}};
    for (const Fits& fits : fits_) {
        if (column.covers(fits.step))
            terms.push_back({fits.row, gib_of(model_.items[static_cast<std::size_t>(item)])});
    }
    column.variable = milp_.variable(text("x[", name.substr(0, 200), ',', storage.columns.size(), ']'),
                                     at_least(0), milli * column.cost, terms);
}

bool Master::add_route(int item, const Route& route) {
    Storage& storage = storages_[static_cast<std::size_t>(item)];
    for (const Column& column : storage.columns) {
        if (column.route == route) return false;
    }
    Column column{.route = route,
                  .cost = route_cost(model_, item, route, kernels_.penalty),
                  .dram = {},
                  .variable = {}};
    for_each_dram_range(model_.items[static_cast<std::size_t>(item)], route, model_.steps(),
                        [&](int first, int last) {
                            column.dram.push_back({first, last});
                        });
    storage.columns.push_back(std::move(column));
    if (storage.columns.size() == 1) {
        add_fixed(item, storage.columns.front(), 1);
        return true;
    }
    if (storage.one.index == 0) {
        Column& first = storage.columns.front();
        add_fixed(item, first, -1);
        for (const Fits& fits : fits_) {
            if (first.covers(fits.step)) milp_.set_range(fits.row, at_most(room(fits.step)));
        }
        storage.one = milp_.row(text("one[", item, ']'), exactly(1));
        enter(item, first);
    }
    enter(item, storage.columns.back());
    return true;
}

void Master::add_fits_row(int step) {
    if (has_row_[static_cast<std::size_t>(step)]) return;
    has_row_[static_cast<std::size_t>(step)] = 1;
    std::vector<Term<Variable>> terms;
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        if (storages_[i].one.index == 0) continue;
        for (const Column& column : storages_[i].columns) {
            if (column.covers(step)) terms.push_back({column.variable, gib_of(model_.items[i])});
        }
    }
    fits_.push_back({step, milp_.row(text("fits[", step, ']'), at_most(room(step)), terms)});
}

std::vector<double> Master::load() const {
    std::vector<double> load(room_.size() + 1, 0.0);
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        for (const Column& column : storages_[i].columns) {
            if (column.share <= 0) continue;
            for (const auto& live : column.dram) {
                load[static_cast<std::size_t>(live.first)] += column.share * gib_of(model_.items[i]);
                load[static_cast<std::size_t>(live.last)] -= column.share * gib_of(model_.items[i]);
            }
        }
    }
    std::partial_sum(load.begin(), load.end(), load.begin());
    load.pop_back();
    return load;
}

// One row for each stretch of steps that are too full: at the fullest of them.
bool Master::add_violated() {
    const std::vector<double> load = this->load();
    bool added = false;
    int worst = -1;
    const auto excess = [&](int step) {
        return load[static_cast<std::size_t>(step)] - room_[static_cast<std::size_t>(step)];
    };
    for (int step = 0; step <= model_.steps(); ++step) {
        if (step < model_.steps() && excess(step) > 1e-6 * (1 + room_[static_cast<std::size_t>(step)])) {
            if (worst < 0 || excess(step) > excess(worst)) worst = step;
        } else if (worst >= 0) {
            if (!has_row_[static_cast<std::size_t>(worst)]) {
                add_fits_row(worst);
                added = true;
            }
            worst = -1;
        }
    }
    return added;
}

bool Master::solve(framework::Seconds time_limit) {
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    do {
        const double spent = std::chrono::duration<double>(Clock::now() - start).count();
        if (spent >= time_limit || milp_.solve_lp(time_limit - spent) != Outcome::optimal) return false;
        for (Storage& storage : storages_) {
            if (storage.one.index == 0) continue;
            for (Column& column : storage.columns) column.share = milp_.value(column.variable);
        }
    } while (add_violated());
    value_ = fixed_cost_ + milp_.objective() / milli;
    per_gib_.assign(per_gib_.size(), 0.0);
    for (const Fits& fits : fits_) {
        per_gib_[static_cast<std::size_t>(fits.step)] = std::max(0.0, -milp_.dual(fits.row) / milli);
    }
    return true;
}

int Master::price() {
    const DramPrices prices(per_gib_);
    double bound = kernels_.constant - std::inner_product(room_.begin(), room_.end(), per_gib_.begin(), 0.0);
    int added = 0;
    Route route;
    for (std::size_t i = 0; i < storages_.size(); ++i) {
        const Storage& storage = storages_[i];
        const double cost =
            priced_route(model_, static_cast<int>(i), prices, kernels_.penalty, freedom_, route);
        bound += cost;
        double known;
        if (storage.one.index != 0) {
            known = milp_.dual(storage.one) / milli;
        } else {
            known = storage.columns.front().cost;
            for (const auto& live : storage.columns.front().dram) {
                known += gib_of(model_.items[i]) * prices.over(live.first, live.last);
            }
        }
        if (cost < known - 1e-7) added += add_route(static_cast<int>(i), route);
    }
    bound_ = std::max(bound_, bound);
    return added;
}

std::vector<Master::Choice> Master::choices(int item) const {
    std::vector<Choice> found;
    for (const Column& column : storages_[static_cast<std::size_t>(item)].columns) {
        if (column.share > 1e-6) found.push_back({&column.route, column.share});
    }
    return found;
}

}  // namespace optimizer

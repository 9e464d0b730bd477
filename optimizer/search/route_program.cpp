#include "optimizer/search/route_program.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "framework/base/error.h"
#include "optimizer/model/tolerances.h"

namespace optimizer {

using framework::Bytes;
using framework::text;

namespace {

const std::string& name_of(const Instance& instance, int item) {
    const auto& storages = instance.problem.schedule.storages();
    const framework::StorageId storage = instance.items[item].storage;
    return storages[storage].name;
}

}  // namespace

bool RouteProgram::Column::covers(framework::Step step) const {
    return std::any_of(dram.begin(), dram.end(), [&](const auto& live) { return live.holds(step); });
}

RouteProgram::RouteProgram(const Instance& instance, Freedom freedom, const std::vector<Bytes>& usable,
                           const KernelBounds& kernels, double overflow_cost)
    : instance_(instance),
      freedom_(freedom),
      first_(kernels),
      kernels_(kernels),
      storages_(instance.items.size()),
      has_row_(instance.room.size(), 0),
      room_(in_units(instance, usable)),
      fixed_(instance.room.size(), 0.0),
      fixed_cost_(kernels.constant),
      scale_(tolerance::program_total / std::max(kernels.constant, 1e-30)),
      overflow_cost_(overflow_cost),
      per_unit_(instance.room.size(), 0.0) {}

double RouteProgram::room(framework::Step step) const {
    return room_[step] - fixed_[step];
}

void RouteProgram::add_fixed(int item, const Column& column, double sign) {
    const double size = sign * instance_.items[item].size;
    for (const auto& live : column.dram) {
        for (framework::Step step = live.first; step < live.last; ++step) fixed_[step] += size;
    }
    fixed_cost_ += sign * column.cost;
}

AffineFunction RouteProgram::function_of(framework::Step step) const {
    AffineFunction function{first_.constants[step], {}};
    for (const int stop : instance_.operand_stops[step]) function.penalty.push_back(first_.penalty[stop]);
    return function;
}

// What a route adds to the pieces of the kernels where it is slow.
void RouteProgram::add_piece_terms(int item, const Route& route, std::vector<Term<Row>>& terms) const {
    if (pieces_.empty()) return;
    const Item& of = instance_.items[item];
    for (std::size_t s = 0; s < route.size(); ++s) {
        if (route[s] != At::slow || of.stops[s].bit < 0) continue;
        const auto found = pieces_.find(of.stops[s].step);
        if (found == pieces_.end()) continue;
        const auto bit = static_cast<std::size_t>(of.stops[s].bit);
        for (const Piece& piece : found->second.others) {
            const double more = piece.function.penalty[bit] - found->second.first.penalty[bit];
            if (more != 0) terms.push_back({piece.row, -scale_ * more});
        }
    }
}

void RouteProgram::add_piece(framework::Step step, AffineFunction function) {
    const auto& items = instance_.kernels[step].items();
    for (const int item : items) activate(item);
    const auto [found, is_new] = pieces_.try_emplace(step);
    Pieces& pieces = found->second;
    if (is_new) {
        pieces.first = function_of(step);
        pieces.above = milp_.variable(text("above[", step, ']'), at_least(0), 1);
    }
    std::vector<Term<Variable>> terms{{pieces.above, 1}};
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto item = static_cast<std::size_t>(items[i]);
        const double more = function.penalty[i] - pieces.first.penalty[i];
        const int stop = instance_.stop_of(step, i) - instance_.first_stop[item];
        if (more == 0) continue;
        for (const Column& column : storages_[item].columns) {
            if (column.route[stop] == At::slow) terms.push_back({column.variable, -scale_ * more});
        }
    }
    const Row row = milp_.row(text("piece[", step, ',', pieces.others.size(), ']'),
                              at_least(scale_ * (function.constant - pieces.first.constant)), terms);
    pieces.others.push_back({std::move(function), row});
}

// Where the last solution is below a kernel's hull.
int RouteProgram::add_pieces() {
    const std::vector<double> slow_share = this->slow_share();
    std::vector<double> share;
    int added = 0;
    for (framework::Step step = 0; step < instance_.steps(); ++step) {
        const KernelTable& kernel = instance_.kernels[step];
        if (kernel.interactions().empty()) continue;
        share.clear();
        for (const int stop : instance_.operand_stops[step]) share.push_back(slow_share[stop]);
        double value = function_of(step).at(share);
        if (const auto found = pieces_.find(step); found != pieces_.end()) {
            for (const Piece& piece : found->second.others) value = std::max(value, piece.function.at(share));
        }
        AffineFunction function = touch_hull(kernel, share);
        if (scale_ * (function.at(share) - value) < tolerance::piece) continue;
        add_piece(step, std::move(function));
        ++added;
    }
    return added;
}

void RouteProgram::set_kernels() {
    kernels_ = first_;
    for (const auto& [step, pieces] : pieces_) {
        for (const Piece& piece : pieces.others) {
            const double weight = std::clamp(milp_.dual(piece.row), 0.0, 1.0);
            if (weight == 0) continue;
            const double more = weight * (piece.function.constant - pieces.first.constant);
            kernels_.constants[step] += more;
            kernels_.constant += more;
            for (std::size_t i = 0; i < pieces.first.penalty.size(); ++i) {
                kernels_.penalty[instance_.stop_of(step, i)] +=
                    weight * (piece.function.penalty[i] - pieces.first.penalty[i]);
            }
        }
    }
}

// A column of the program, for a storage that has a row.
void RouteProgram::enter(int item, Column& column) {
    const Storage& storage = storages_[item];
    std::vector<Term<Row>> terms{{storage.one, 1.0}};
    for (const Fits& fits : fits_) {
        if (!column.covers(fits.step)) continue;
        terms.push_back({fits.row, instance_.items[item].size});
    }
    add_piece_terms(item, column.route, terms);
    const auto number = &column - storage.columns.data();
    column.variable = milp_.variable(text("x[", name_of(instance_, item).substr(0, 200), ',', number, ']'),
                                     at_least(0), scale_ * column.cost, terms);
    for (std::size_t s = 0; s < storage.allowed.size(); ++s) {
        if (!allows(storage.allowed[s], column.route[s])) milp_.set_range(column.variable, exactly(0));
    }
}

// From a storage taken off the room to one with a row.
void RouteProgram::activate(int item) {
    Storage& storage = storages_[item];
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
    Storage& storage = storages_[item];
    for (const Column& column : storage.columns) {
        if (column.route == route) return false;
    }
    Column column;
    column.route = route;
    column.cost = route_cost(instance_, item, route, first_.penalty);
    for_each_dram_range(instance_.items[item], route, instance_.steps(), [&](int first, int last) {
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

void RouteProgram::add_fits_row(framework::Step step) {
    if (has_row_[step]) return;
    has_row_[step] = 1;
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
                load[live.first] += column.share * instance_.items[i].size;
                load[live.last] -= column.share * instance_.items[i].size;
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
    const auto excess = [&](framework::Step step) { return load[step] - room_[step]; };
    for (framework::Step step = 0; step <= instance_.steps(); ++step) {
        if (step < instance_.steps() && excess(step) > tolerance::load * (1 + room_[step])) {
            const bool has_row = has_row_[step];
            if (!has_row && (worst < 0 || excess(step) > excess(worst))) worst = step;
        } else if (worst >= 0) {
            add_fits_row(worst);
            added = true;
            worst = -1;
        }
    }
    return added;
}

bool RouteProgram::solve(Effort& effort) {
    do {
        if (!effort.left()) return false;
        const int before = milp_.pivots();
        const double size = milp_.rows() + milp_.columns();
        const Outcome outcome =
            milp_.solve_lp({.pivots = effort.steps_left() / size, .seconds = effort.seconds_left()});
        effort.spend((milp_.pivots() - before + 10) * size);
        if (outcome != Outcome::optimal) return false;
        overflow_ = 0;
        for (const Fits& fits : fits_) overflow_ += milp_.value(fits.over);
        for (Storage& storage : storages_) {
            if (storage.one.index == 0) continue;
            for (Column& column : storage.columns) column.share = milp_.value(column.variable);
        }
    } while (overflow_ < tolerance::load && add_violated());
    value_ = fixed_cost_ + milp_.objective() / scale_;
    per_unit_.assign(per_unit_.size(), 0.0);
    for (const Fits& fits : fits_) {
        per_unit_[fits.step] = std::max(0.0, -milp_.dual(fits.row) / scale_);
    }
    set_kernels();
    return true;
}

RouteProgram::Pricing RouteProgram::price(Effort& effort) {
    const DramPrices prices(per_unit_);
    Pricing result;
    const std::vector<double> room = in_units(instance_, instance_.room);
    double bound = kernels_.constant;
    std::vector<std::pair<int, Route>> cheaper;
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
        if (cost < known - tolerance::reduced_cost / scale_) cheaper.emplace_back(static_cast<int>(i), route);
    }
    result.bounds.whole = bound - std::inner_product(room.begin(), room.end(), per_unit_.begin(), 0.0);
    result.bounds.usable = bound - std::inner_product(room_.begin(), room_.end(), per_unit_.begin(), 0.0);
    result.pieces = add_pieces();
    for (const auto& [item, way] : cheaper) result.routes += add_route(item, way);
    effort.spend(20.0 * (instance_.stops() + instance_.steps()));
    return result;
}

bool RouteProgram::restrict(int item, std::size_t stop, Allowed allowed) {
    activate(item);
    Storage& storage = storages_[item];
    storage.allowed.resize(instance_.items[item].stops.size(), anything);
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
    Storage& storage = storages_[item];
    storage.allowed.clear();
    for (const Column& column : storage.columns) milp_.set_range(column.variable, at_least(0));
}

bool RouteProgram::raise_overflow_cost() {
    if (overflow_cost_ * scale_ > 1e9) return false;
    overflow_cost_ *= 30;
    for (const Fits& fits : fits_) milp_.set_cost(fits.over, scale_ * overflow_cost_);
    return true;
}

void RouteProgram::set_usable(const std::vector<Bytes>& usable) {
    room_ = in_units(instance_, usable);
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
    for (const Column& column : storages_[item].columns) {
        if (column.share > tolerance::share) found.push_back({&column.route, column.share, column.cost});
    }
    return found;
}

}  // namespace optimizer

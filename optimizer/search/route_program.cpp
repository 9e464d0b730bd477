#include "optimizer/search/route_program.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "framework/base/error.h"
#include "optimizer/model/kernel_hull.h"
#include "optimizer/model/tolerances.h"

// Variables  x[t,r] ≥ 0: the share of storage t that takes route r, of the routes known so far
//            above[k] ≥ 0: the time of kernel k above its first affine function
//            over[s] ≥ 0: the load beyond the room, at a cost above every price; 0 where the routes can fit
// Minimise   Σ_t Σ_r cost(t,r) · x[t,r] + Σ_k above[k] + Σ_s overflow_cost · over[s]
//            cost(t,r): its moves, and the first functions' penalties where it is slow
// one[t]:    Σ_r x[t,r] = 1
// piece[k,j]: above[k] ≥ function j of kernel k − its first one
// fits[s]:   Σ_{t,r in DRAM at s} size(t) · x[t,r] ≤ room[s] + over[s]
//
// What is added, by the last solution:
// - a piece, if a kernel's time is below its hull (model/kernel_hull.h);
// - a fits row, if a step's load is above the room;
// - a route, the shortest path at the rows' prices, if it is cheaper than its storage's one[t].
// A storage with one known route has no row: that route is taken off the room.
//
// When nothing is left to add, the value is that of the whole problem's relaxation. The duals of a kernel's
// pieces weigh its functions to a single one, which is below the kernel's times too: so a bound needs only
// prices and one function for each kernel.
namespace optimizer {

using framework::Bytes;
using framework::Indexed;
using framework::Step;
using framework::text;

namespace {

const std::string& name_of(const Instance& instance, ItemId item) {
    return instance.problem.schedule.storages()[instance.items[item].storage].name;
}

}  // namespace

double RouteProgram::Column::amount_of(ResourceId resource) const {
    double amount = 0;
    for (const Claim& claim : claims) {
        if (claim.first <= resource && resource < claim.last) amount += claim.amount;
    }
    return amount;
}

std::vector<RouteProgram::Claim> RouteProgram::claims_of(ItemId item, const Route& route) const {
    std::vector<Claim> claims;
    const Item& of = instance_.items[item];
    for_each_dram_range(of, route, instance_.steps(), [&](Step first, Step last) {
        claims.push_back({dram_at(first), dram_at(last), of.size});
    });
    return claims;
}

RouteProgram::RouteProgram(const Instance& instance, Freedom freedom, const ByStep<Bytes>& usable,
                           const KernelFunctions& kernels, double overflow_cost)
    : instance_(instance),
      freedom_(freedom),
      first_(kernels),
      kernels_(kernels),
      constant_(sum_of_constants(kernels)),
      storages_(instance.items.size()),
      has_row_(Indexed<ResourceId, char>::filled(instance.steps())),
      room_(in_units(instance, usable)),
      fixed_(Indexed<ResourceId, double>::filled(instance.steps())),
      fixed_cost_(constant_),
      scale_(tolerance::program_total / std::max(constant_, 1e-30)),
      overflow_cost_(overflow_cost),
      per_unit_(ByStep<double>::filled(instance.steps())) {}

double RouteProgram::left(ResourceId resource) const {
    return room_[resource] - fixed_[resource];
}

void RouteProgram::add_fixed(const Column& column, double sign) {
    for (const Claim& claim : column.claims) {
        for (ResourceId i = claim.first; i < claim.last; ++i) fixed_[i] += sign * claim.amount;
    }
    fixed_cost_ += sign * column.cost;
}

// What a route adds to the pieces of the kernels where it is slow.
void RouteProgram::add_piece_terms(ItemId item, const Route& route, std::vector<Term<Row>>& terms) const {
    if (pieces_.empty()) return;
    for (const ItemStop i : route.ids()) {
        const Stop& stop = instance_.items[item].stops[i];
        if (route[i] != At::slow || stop.bit < 0) continue;
        const auto found = pieces_.find(stop.step);
        if (found == pieces_.end()) continue;
        for (const Piece& piece : found->second.pieces) {
            const double more = piece.function.penalties[stop.bit] - first_[stop.step].penalties[stop.bit];
            if (more != 0) terms.push_back({piece.row, -scale_ * more});
        }
    }
}

void RouteProgram::add_piece(Step step, KernelFunction function) {
    const std::vector<StopId>& stops = instance_.kernels[step].stops();
    for (const StopId& stop : stops) activate(stop.item);
    const auto [found, is_new] = pieces_.try_emplace(step);
    auto& [above, pieces] = found->second;
    if (is_new) above = milp_.variable(text("above[", step, ']'), at_least(0), 1);
    const KernelFunction& first = first_[step];
    std::vector<Term<Variable>> terms{{above, 1}};
    for (std::size_t i = 0; i < stops.size(); ++i) {
        const double more = function.penalties[i] - first.penalties[i];
        if (more == 0) continue;
        for (const Column& column : storages_[stops[i].item].columns) {
            if (column.route[stops[i].stop] == At::slow) terms.push_back({column.variable, -scale_ * more});
        }
    }
    const Row row = milp_.row(text("piece[", step, ',', pieces.size(), ']'),
                              at_least(scale_ * (function.constant - first.constant)), terms);
    pieces.push_back({std::move(function), row});
}

// Where the last solution is below a kernel's hull.
int RouteProgram::add_pieces() {
    const SlowShares shares = slow_shares();
    int added = 0;
    for (const Step step : shares.ids()) {
        const KernelTable& kernel = instance_.kernels[step];
        if (kernel.interactions().empty()) continue;
        const std::vector<double>& share = shares[step];
        double value = value_at(first_[step], share);
        if (const auto found = pieces_.find(step); found != pieces_.end()) {
            for (const Piece& piece : found->second.pieces)
                value = std::max(value, value_at(piece.function, share));
        }
        KernelFunction function = touch_hull(kernel, share);
        if (scale_ * (value_at(function, share) - value) < tolerance::piece) continue;
        add_piece(step, std::move(function));
        ++added;
    }
    return added;
}

void RouteProgram::set_kernels() {
    kernels_ = first_;
    constant_ = sum_of_constants(first_);
    for (const auto& [step, of_kernel] : pieces_) {
        const KernelFunction& first = first_[step];
        for (const Piece& piece : of_kernel.pieces) {
            const double weight = std::clamp(milp_.dual(piece.row), 0.0, 1.0);
            if (weight == 0) continue;
            const double more = weight * (piece.function.constant - first.constant);
            kernels_[step].constant += more;
            constant_ += more;
            for (std::size_t i = 0; i < first.penalties.size(); ++i) {
                kernels_[step].penalties[i] += weight * (piece.function.penalties[i] - first.penalties[i]);
            }
        }
    }
}

// A column of the program, for a storage that has a row.
void RouteProgram::enter(ItemId item, Column& column) {
    const Storage& storage = storages_[item];
    std::vector<Term<Row>> terms{{storage.one, 1.0}};
    for (const Fits& fits : fits_) {
        const double amount = column.amount_of(fits.resource);
        if (amount == 0) continue;
        terms.push_back({fits.row, instance_.items[item].size});
    }
    add_piece_terms(item, column.route, terms);
    const auto number = &column - storage.columns.data();
    column.variable = milp_.variable(text("x[", name_of(instance_, item).substr(0, 200), ',', number, ']'),
                                     at_least(0), scale_ * column.cost, terms);
    for (const ItemStop i : storage.allowed.ids()) {
        if (!allows(storage.allowed[i], column.route[i])) milp_.set_range(column.variable, exactly(0));
    }
}

// From a storage taken off the room to one with a row.
void RouteProgram::activate(ItemId item) {
    Storage& storage = storages_[item];
    if (storage.one.index != 0) return;
    Column& first = storage.columns.front();
    add_fixed(first, -1);
    for (const Fits& fits : fits_) {
        if (first.amount_of(fits.resource) > 0) milp_.set_range(fits.row, at_most(left(fits.resource)));
    }
    storage.one = milp_.row(text("one[", name_of(instance_, item).substr(0, 200), ']'), exactly(1));
    enter(item, first);
    milp_.start_with(first.variable, storage.one);
}

bool RouteProgram::add_route(ItemId item, const Route& route) {
    Storage& storage = storages_[item];
    for (const Column& column : storage.columns) {
        if (column.route == route) return false;
    }
    Column column;
    column.route = route;
    column.cost = route_cost(instance_, item, route, first_);
    column.claims = claims_of(item, route);
    storage.columns.push_back(std::move(column));
    if (storage.columns.size() == 1) {
        add_fixed(storage.columns.front(), 1);
        return true;
    }
    activate(item);
    enter(item, storage.columns.back());
    return true;
}

void RouteProgram::add_row(ResourceId resource) {
    if (has_row_[resource]) return;
    has_row_[resource] = 1;
    std::vector<Term<Variable>> terms;
    for (const ItemId item : storages_.ids()) {
        if (storages_[item].one.index == 0) continue;
        for (const Column& column : storages_[item].columns) {
            if (const double amount = column.amount_of(resource); amount > 0)
                terms.push_back({column.variable, amount});
        }
    }
    const Row row = milp_.row(text("fits[", resource, ']'), at_most(left(resource)), terms);
    const std::array over{Term<Row>{row, -1.0}};
    fits_.push_back(
        {resource, row,
         milp_.variable(text("over[", resource, ']'), at_least(0), scale_ * overflow_cost_, over)});
}

Indexed<RouteProgram::ResourceId, double> RouteProgram::load() const {
    auto load = Indexed<ResourceId, double>::filled(room_.count() + 1);
    for (const ItemId item : storages_.ids()) {
        for (const Column& column : storages_[item].columns) {
            if (column.share <= 0) continue;
            for (const Claim& claim : column.claims) {
                load[claim.first] += column.share * claim.amount;
                load[claim.last] -= column.share * claim.amount;
            }
        }
    }
    std::partial_sum(load.begin(), load.end(), load.begin());
    load.pop_back();
    return load;
}

// Adds one row for each stretch of overloaded resources: at the most overloaded one that has none.
bool RouteProgram::add_violated() {
    const Indexed<ResourceId, double> load = this->load();
    bool added = false;
    ResourceId worst = -1;
    const auto excess = [&](ResourceId i) { return load[i] - room_[i]; };
    for (ResourceId i = 0; i <= room_.count(); ++i) {
        if (i < room_.count() && excess(i) > tolerance::load * (1 + room_[i])) {
            if (!has_row_[i] && (worst < 0 || excess(i) > excess(worst))) worst = i;
        } else if (worst >= 0) {
            add_row(worst);
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
        per_unit_[int{fits.resource}] = std::max(0.0, -milp_.dual(fits.row) / scale_);
    }
    set_kernels();
    return true;
}

RouteProgram::Pricing RouteProgram::price(Effort& effort) {
    const DramPrices prices(per_unit_);
    Pricing result;
    const ByStep<double> room = in_units(instance_, instance_.room);
    double bound = constant_;
    std::vector<std::pair<ItemId, Route>> cheaper;
    Route route;
    for (const ItemId item : storages_.ids()) {
        const Storage& storage = storages_[item];
        const double cost = priced_route(instance_, item, prices, kernels_, freedom_, route, storage.allowed);
        bound += cost;
        double known = 0;
        if (storage.one.index != 0) {
            known = milp_.dual(storage.one) / scale_;
        } else {
            known = storage.columns.front().cost;
            for (const Claim& claim : storage.columns.front().claims) {
                known += claim.amount * prices.over(int{claim.first}, int{claim.last});
            }
        }
        if (cost < known - tolerance::reduced_cost / scale_) cheaper.emplace_back(item, route);
    }
    result.bounds.whole = bound - std::inner_product(room.begin(), room.end(), per_unit_.begin(), 0.0);
    result.bounds.usable = bound - std::inner_product(room_.begin(), room_.end(), per_unit_.begin(), 0.0);
    result.pieces = add_pieces();
    for (const auto& [item, way] : cheaper) result.routes += add_route(item, way);
    effort.spend(20.0 * (instance_.stops() + instance_.steps()));
    return result;
}

bool RouteProgram::restrict(const Restriction& restriction) {
    const auto& [item, stop] = restriction.stop;
    activate(item);
    Storage& storage = storages_[item];
    storage.allowed.resize(instance_.items[item].stops.size(), anything);
    storage.allowed[stop] = both(storage.allowed[stop], restriction.allowed);
    for (const Column& column : storage.columns) {
        if (!allows(restriction.allowed, column.route[stop])) milp_.set_range(column.variable, exactly(0));
    }
    // The program is solvable as long as one route is left.
    Route route;
    const double cost =
        priced_route(instance_, item, DramPrices(per_unit_), kernels_, freedom_, route, storage.allowed);
    if (cost == forbidden) return false;
    add_route(item, route);
    return true;
}

void RouteProgram::lift(ItemId item) {
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

void RouteProgram::set_usable(const ByStep<Bytes>& usable) {
    room_ = in_units(instance_, usable);
    for (const Fits& fits : fits_) milp_.set_range(fits.row, at_most(left(fits.resource)));
}

SlowShares RouteProgram::slow_shares() const {
    SlowShares shares = nothing_slow(instance_);
    for (const ItemId item : storages_.ids()) {
        for (const Column& column : storages_[item].columns) {
            for (const ItemStop i : column.route.ids()) {
                const Stop& stop = instance_.items[item].stops[i];
                if (stop.bit >= 0 && column.route[i] == At::slow) shares[stop.step][stop.bit] += column.share;
            }
        }
    }
    return shares;
}

std::vector<RouteProgram::Choice> RouteProgram::choices(ItemId item) const {
    std::vector<Choice> found;
    for (const Column& column : storages_[item].columns) {
        if (column.share > tolerance::share) found.push_back({&column.route, column.share, column.cost});
    }
    return found;
}

}  // namespace optimizer

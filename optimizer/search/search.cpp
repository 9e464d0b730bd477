#include "optimizer/search/search.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "optimizer/model/tolerances.h"
#include "optimizer/proof/certificate.h"
#include "optimizer/search/subgradient.h"

namespace optimizer {

using framework::Step;

Search::Search(const Instance& instance, Freedom freedom, const SolverOptions& options, Effort& effort)
    : instance_(instance),
      freedom_(freedom),
      options_(options),
      effort_(effort),
      least_(least_routes(instance, freedom)),
      least_bytes_(dram_bytes(instance, least_)),
      usable_(instance.usable),
      seconds_(forbidden),
      bound_(0) {
    for (const Step step : usable_.ids()) usable_[step] = std::max(usable_[step], least_bytes_[step]);
    for (const ItemId item : instance.items.ids()) by_size_.push_back(item);
    std::ranges::stable_sort(by_size_, std::greater{},
                             [&](ItemId item) { return instance.items[item].bytes; });
}

Search::~Search() = default;

void Search::start() {
    const int passes = effort_.left() ? price_passes : 0;
    const PricedDram priced = price_dram(instance_, freedom_, passes);
    effort_.spend(10.0 * passes * (instance_.stops() + instance_.steps()));
    bound_ = std::max(bound_, priced.bound);
    keep_proof(proof(instance_, priced.kernels, priced.per_unit, priced.bound));
    PartialPlacement placement(instance_, freedom_, usable_);
    const DramPrices prices(priced.per_unit);
    Route route;
    for (const ItemId item : by_size_) {
        placement.cheapest(item, route, &prices);
        placement.place(item, route);
    }
    place_and_improve(placement, {}, by_size_);

    const double highest = *std::max_element(priced.per_unit.begin(), priced.per_unit.end());
    const double total = std::accumulate(priced.per_unit.begin(), priced.per_unit.end(), 0.0);
    program_ = std::make_unique<RouteProgram>(instance_, freedom_, usable_, priced.kernels,
                                              10 * total + 1e-3 * sum_of_constants(priced.kernels));
    for (const ItemId item : priced.routes.ids()) {
        for (const Route& known : priced.routes[item]) program_->add_route(item, known);
    }
    for (const Step step : priced.per_unit.ids()) {
        if (priced.per_unit[step] > 1e-3 * highest) program_->add_fits_row(step);
    }
}

// The program over routes to its optimum under the restrictions there are. False: the effort is spent;
// `bounds` hold in either case.
bool Search::converge(Bounds& bounds, std::shared_ptr<const Proof>& best) {
    while (program_->solve(effort_)) {
        const RouteProgram::Pricing pricing = program_->price(effort_);
        bounds.raise(pricing.bounds);
        if (pricing.bounds.whole > best->bound_s)
            best =
                proof(instance_, program_->kernels(), program_->per_unit(), pricing.bounds.whole, best.get());
        if (bounds.usable >= seconds_) return true;
        // Without more pieces the value cannot rise, and without more routes it cannot fall.
        const double open = program_->value() - bounds.usable;
        const bool may_fall = pricing.routes > 0 && open > tolerance::converged * program_->value();
        if (pricing.pieces > 0 || may_fall) continue;
        if (program_->overflow() < tolerance::load || !program_->raise_overflow_cost()) return true;
    }
    return false;
}

void Search::keep_proof(std::shared_ptr<const Proof> proof) {
    root_ = std::move(proof);
    if (root_->bound_s <= proved_) return;
    proved_ = root_->bound_s;
    certificate_ = optimizer::certificate(freedom_, root_);
}

void Search::keep_proof(const SearchTree& tree) {
    if (tree.shown() <= proved_) return;
    proved_ = tree.shown();
    certificate_.cases.clear();
    for (const auto& [branches, proof] : tree.leaves()) {
        Certificate::Case& leaf = certificate_.cases.emplace_back();
        leaf.proof = proof;
        for (const Branch& branch : branches) leaf.under.push_back(branch.restriction);
    }
}

// What the program has decided stays; what it has split is put where it fits and costs least; then every item
// that had a choice is taken up again.
void Search::round() {
    PartialPlacement placement(instance_, freedom_, usable_);
    std::vector<ItemId> split;
    contested_.clear();
    for (const ItemId item : by_size_) {
        const auto choices = program_->choices(item);
        if (program_->known_routes(item) > 1) contested_.push_back(item);
        if (choices.size() == 1 && placement.fits(item, *choices.front().route)) {
            placement.place(item, *choices.front().route);
        } else {
            split.push_back(item);
        }
    }
    place_and_improve(placement, split, contested_);
}

void Search::place_and_improve(PartialPlacement& placement, const std::vector<ItemId>& aside,
                               const std::vector<ItemId>& all) {
    Route route;
    for (const ItemId item : aside) {
        placement.cheapest(item, route);
        placement.place(item, route);
    }
    placement.improve(all);
    effort_.spend(placement.work() + instance_.stops());
    const framework::Seconds seconds = placement.seconds();
    if (seconds >= seconds_) return;
    seconds_ = seconds;
    routes_ = placement.routes();
}

void Search::learn(const Branch& branch, double gain) {
    constexpr double least_moved = 1e-3;
    const double rate = std::max(0.0, gain) / std::max(least_moved, 1 - branch.share);
    for (Gain* of : {&gains_[branch.restriction], &gain_of_all_}) {
        of->sum += rate;
        ++of->count;
    }
}

double Search::expected_gain(const Branch& branch, double range) const {
    const auto known = gains_.find(branch.restriction);
    const double moved = 1 - branch.share;
    if (known != gains_.end()) return moved * known->second.sum / known->second.count;
    return moved * range;
}

// Of the stops that the program is undecided about, the one at which both branches promise most.
bool Search::choose_branch(Branch& branch) const {
    const double least = 1e-9 * seconds_;
    double most = 0;
    for (const ItemId item : contested_) {
        const auto choices = program_->choices(item);
        if (choices.size() < 2) continue;
        const auto [low, high] = std::minmax_element(
            choices.begin(), choices.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
        const double range = high->cost - low->cost;
        for (const ItemStop stop : choices.front().route->ids()) {
            double dram = 0, held = 0;
            for (const auto& choice : choices) {
                if ((*choice.route)[stop] != At::slow) dram += choice.share;
                if ((*choice.route)[stop] == At::held) held += choice.share;
            }
            const bool by_tier = std::min(dram, 1 - dram) > tolerance::share;
            const double share = by_tier ? dram : held;
            if (std::min(share, 1 - share) <= tolerance::share) continue;
            const Allowed allowed = by_tier ? only_dram : only_held;
            const Branch one{{{item, stop}, allowed}, share}, other = opposite(one);
            const double score = std::max(least, expected_gain(one, range)) *
                                 std::max(least, expected_gain(other, range)) * (by_tier ? 1 : 0.8);
            if (score <= most) continue;
            most = score;
            branch = share >= 0.5 ? one : other;
        }
    }
    return most > 0;
}

bool Search::explore(Node& node, Branch& branch) {
    const auto enough = [&] { return good_enough(node.bounds.usable); };
    const double before = node.bounds.usable;
    const bool solved = converge(node.bounds, node.proof);
    if (solved && !node.branches.empty()) learn(node.branches.back(), node.bounds.usable - before);
    if (!solved || enough()) return false;
    round();
    return !enough() && program_->overflow() < tolerance::load && choose_branch(branch);
}

// Best bound first, and from each node down along the choice the program leans to.
void Search::branch_and_price() {
    SearchTree tree;
    Node node{{bound_, 0}, {}, root_};
    bool down = true;  // `node` is to be solved; otherwise the best of the tree
    std::vector<ItemId> restricted;
    while (effort_.left()) {
        if (!down) {
            if (tree.empty() || good_enough(tree.usable())) break;
            node = tree.pop();
        }
        for (const ItemId item : restricted) program_->lift(item);
        restricted.clear();
        bool possible = true;
        for (const Branch& branch : node.branches) {
            possible = program_->restrict(branch.restriction) && possible;
            restricted.push_back(branch.restriction.stop.item);
        }
        effort_.spend(100.0 * static_cast<double>(node.branches.size()));
        Branch branch{};
        if (!possible) {
            down = false;
            tree.close_empty(node);
        } else if (down = explore(node, branch); down) {
            Node other = node;
            other.branches.push_back(opposite(branch));
            tree.push(std::move(other));
            node.branches.push_back(branch);
        } else {
            tree.close(node);
        }
    }
    if (down) tree.push(node);
    for (const ItemId item : restricted) program_->lift(item);
    bound_ = std::max(bound_, std::min(tree.close_all(), seconds_));
    keep_proof(tree);
}

void Search::run() {
    if (!program_) start();
    Bounds bounds;
    std::shared_ptr<const Proof> best = root_;
    const bool solved = converge(bounds, best);
    keep_proof(best);
    bound_ = std::max(bound_, bounds.whole);
    if (solved) round();
    if (price_s_per_gib_ == 0)
        price_s_per_gib_ = std::accumulate(program_->per_unit().begin(), program_->per_unit().end(), 0.0) *
                           instance_.units(static_cast<framework::Bytes>(framework::gib));
    if (solved && !good_enough(std::max(bound_, bounds.usable))) branch_and_price();
}

bool Search::cut(const ByStep<framework::Bytes>& bytes) {
    const ByStep<framework::Bytes> before = usable_;
    for (const Step step : bytes.ids())
        usable_[step] = std::max(least_bytes_[step], usable_[step] - bytes[step]);
    if (usable_ == before) return false;
    if (program_) program_->set_usable(usable_);
    PartialPlacement placement(instance_, freedom_, usable_);
    std::vector<ItemId> out;
    for (const ItemId item : by_size_) {
        const Route& route = routes_[item];
        placement.fits(item, route) ? placement.place(item, route) : out.push_back(item);
    }
    seconds_ = forbidden;
    place_and_improve(placement, out, out);
    return true;
}

void Search::settle_for_least() {
    routes_ = least_;
    seconds_ = predicted_seconds(instance_, routes_);
}

void Search::settle_for(const Routes& routes) {
    routes_ = routes;
    seconds_ = predicted_seconds(instance_, routes);
    const PricedDram priced = price_dram(instance_, freedom_, 0);
    bound_ = std::min(seconds_, priced.bound);
    keep_proof(proof(instance_, priced.kernels, priced.per_unit, priced.bound));
}

}  // namespace optimizer

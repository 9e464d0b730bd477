#include "optimizer/search/search.h"

#include <algorithm>
#include <numeric>

#include "optimizer/proof/certificate.h"
#include "optimizer/search/subgradient.h"

namespace optimizer {

namespace {

constexpr int subgradient_passes = 150;

}  // namespace

Search::Search(Instance& instance, Freedom freedom)
    : instance_(instance),
      freedom_(freedom),
      seconds_(forbidden),
      bound_(0),
      by_size_(instance.items.size()) {
    std::iota(by_size_.begin(), by_size_.end(), 0);
    std::stable_sort(by_size_.begin(), by_size_.end(), [&](int a, int b) {
        return instance.items[static_cast<std::size_t>(a)].bytes >
               instance.items[static_cast<std::size_t>(b)].bytes;
    });
}

Search::~Search() = default;

void Search::start(const Stopwatch& watch) {
    const PricedDram priced = price_dram(instance_, freedom_, watch.left() > 0 ? subgradient_passes : 0);
    bound_ = std::max(bound_, priced.bound);
    keep_proof(proof(instance_, priced.kernels, priced.per_unit, priced.bound));
    PartialPlacement placement(instance_, freedom_);
    const DramPrices prices(priced.per_unit);
    Route route;
    for (const int item : by_size_) {
        placement.cheapest(item, route, &prices);
        placement.place(item, route);
    }
    place_and_improve(placement, {}, by_size_);

    const double highest = *std::max_element(priced.per_unit.begin(), priced.per_unit.end());
    const double total = std::accumulate(priced.per_unit.begin(), priced.per_unit.end(), 0.0);
    program_ = std::make_unique<RouteProgram>(instance_, freedom_, priced.kernels,
                                              10 * total + 1e-3 * priced.kernels.constant);
    for (std::size_t i = 0; i < priced.routes.size(); ++i) {
        for (const Route& known : priced.routes[i]) program_->add_route(static_cast<int>(i), known);
    }
    for (int step = 0; step < instance_.steps(); ++step) {
        if (priced.per_unit[static_cast<std::size_t>(step)] > 1e-3 * highest) program_->add_fits_row(step);
    }
}

// The program over routes to its optimum under the restrictions there are. False: out of time; `bounds` hold
// in either case.
bool Search::converge(const Stopwatch& watch, Bounds& bounds, std::shared_ptr<const Proof>& best) {
    while (program_->solve(watch.left())) {
        const RouteProgram::Pricing pricing = program_->price();
        bounds.raise(pricing.bounds);
        if (pricing.bounds.whole > best->bound_s)
            best =
                proof(instance_, program_->kernels(), program_->per_unit(), pricing.bounds.whole, best.get());
        if (bounds.usable >= seconds_) return true;
        if (pricing.added > 0 && program_->value() - bounds.usable > 1e-7 * program_->value()) continue;
        if (program_->overflow() < 1e-6 || !program_->raise_overflow_cost()) return true;
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
        for (const Branch& branch : branches) {
            const int first = instance_.first_stop[static_cast<std::size_t>(branch.item)];
            leaf.under.push_back({first + static_cast<int>(branch.stop), branch.allowed});
        }
    }
}

// What the program has decided stays; what it has split is put where it fits and costs least; then every item
// that had a choice is taken up again.
void Search::round() {
    PartialPlacement placement(instance_, freedom_);
    std::vector<int> split;
    contested_.clear();
    for (const int item : by_size_) {
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

void Search::place_and_improve(PartialPlacement& placement, const std::vector<int>& out,
                               const std::vector<int>& all) {
    Route route;
    for (const int item : out) {
        placement.cheapest(item, route);
        placement.place(item, route);
    }
    placement.improve(all);
    const framework::Seconds seconds = placement.seconds();
    if (seconds >= seconds_) return;
    seconds_ = seconds;
    routes_ = placement.routes();
}

// Where the program has split a storage whose routes differ most in cost: the stop that it is most undecided
// about.
bool Search::choose_branch(Branch& branch) const {
    double most = 0;
    for (const int item : contested_) {
        const auto choices = program_->choices(item);
        if (choices.size() < 2) continue;
        const auto [low, high] = std::minmax_element(
            choices.begin(), choices.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
        const double range = high->cost - low->cost + 1e-9 * seconds_;
        for (std::size_t stop = 0; stop < choices.front().route->size(); ++stop) {
            double dram = 0, held = 0;
            for (const auto& choice : choices) {
                if ((*choice.route)[stop] != At::slow) dram += choice.share;
                if ((*choice.route)[stop] == At::held) held += choice.share;
            }
            const bool by_tier = std::min(dram, 1 - dram) > 1e-6;
            const double split =
                range * (by_tier ? std::min(dram, 1 - dram) : 0.9 * std::min(held, 1 - held));
            if (split <= most) continue;
            most = split;
            const Allowed unheld = static_cast<Allowed>(only_slow | only_fetched);
            branch = {item, stop,
                      by_tier       ? (dram >= 0.5 ? only_dram : only_slow)
                      : held >= 0.5 ? only_held
                                    : unheld};
        }
    }
    return most > 0;
}

// Where nothing is split: an operand, not settled yet, of the kernel whose time is furthest above its bound.
bool Search::choose_kernel_branch(Branch& branch) const {
    const std::vector<double> slow_share = program_->slow_share();
    const std::vector<Settled> settled = program_->settled();
    const KernelBounds& bounds = program_->kernels();
    double most = 1e-10 * seconds_;
    bool found = false;
    for (int step = 0; step < instance_.steps(); ++step) {
        const KernelTable& kernel = instance_.kernels[static_cast<std::size_t>(step)];
        if (kernel.interactions().empty()) continue;
        double bound = bounds.constants[static_cast<std::size_t>(step)];
        std::uint64_t slow = 0;
        int open = -1;
        for (std::size_t i = 0; i < kernel.items().size(); ++i) {
            const auto stop = static_cast<std::size_t>(instance_.stop_of(step, i));
            if (settled[stop] == Settled::no) open = static_cast<int>(i);
            if (slow_share[stop] < 0.5) continue;
            slow |= std::uint64_t{1} << i;
            bound += bounds.penalty[stop];
        }
        if (open < 0 || kernel.seconds(slow) - bound <= most) continue;
        most = kernel.seconds(slow) - bound;
        const int item = kernel.items()[static_cast<std::size_t>(open)];
        const int stop = instance_.stop_of(step, static_cast<std::size_t>(open));
        branch = {item, static_cast<std::size_t>(stop - instance_.first_stop[static_cast<std::size_t>(item)]),
                  (slow >> open & 1U) != 0 ? only_slow : only_dram};
        found = true;
    }
    return found;
}

Search::Step Search::explore(Node& node, bool kernels_anew, double gap, const Stopwatch& watch,
                             Branch& branch) {
    ++nodes_;
    if (kernels_anew)
        program_->set_kernels(kernel_bounds(instance_, program_->slow_share(), program_->settled()));
    const auto enough = [&] { return good_enough(0.95 * gap, node.bounds.usable); };
    // Out of time, or numbers that GLPK cannot go on with.
    if (!converge(watch, node.bounds, node.proof) || enough()) return Step::close;
    round();
    if (enough() || program_->overflow() >= 1e-6) return Step::close;
    if (choose_branch(branch)) return Step::split;
    if (!choose_kernel_branch(branch)) return Step::close;
    return kernels_anew ? Step::split : Step::restart;
}

// Best bound first, and from each node down along the choice the program leans to. Once a node's program has
// nothing left to split but its kernels are above their bounds, these are taken anew at each node, from the
// root on: that makes them stronger.
void Search::branch_and_price(double gap, const Stopwatch& watch) {
    SearchTree tree(400 + 200'000 / instance_.stops());  // about a second at any size
    Node node{{bound_, 0}, {}, root_};
    bool down = true;  // `node` is to be solved; otherwise the best of the tree
    bool kernels_anew = false;
    std::vector<int> restricted;
    while (watch.left() > 0) {
        if (!down) {
            if (tree.empty() || good_enough(gap, tree.usable())) break;
            if (tree.stuck(seconds_ - tree.usable(), nodes_)) break;
            node = tree.pop();
        }
        for (const int item : restricted) program_->lift(item);
        restricted.clear();
        bool possible = true;
        for (const Branch& branch : node.branches) {
            possible = program_->restrict(branch.item, branch.stop, branch.allowed) && possible;
            restricted.push_back(branch.item);
        }
        down = false;
        if (!possible) {
            tree.close_empty(node);
            continue;
        }
        Branch branch{};
        const Step step = explore(node, kernels_anew, gap, watch, branch);
        if (step == Step::close) {
            tree.close(node);
        } else if (step == Step::restart) {
            kernels_anew = true;
            tree.close(node);
            bound_ = std::max(bound_, std::min(tree.close_all(), seconds_));
            keep_proof(tree);
            tree.clear();
            node = {{bound_, 0}, {}, root_};
            down = true;
        } else {
            Node other = node;
            other.branches.push_back(branch);
            other.branches.back().allowed = static_cast<Allowed>(anything & ~branch.allowed);
            tree.push(std::move(other));
            node.branches.push_back(branch);
            down = true;
        }
    }
    if (down) tree.push(node);
    for (const int item : restricted) program_->lift(item);
    if (kernels_anew) program_->set_kernels(kernel_bounds(instance_, program_->slow_share()));
    bound_ = std::max(bound_, std::min(tree.close_all(), seconds_));
    keep_proof(tree);
}

void Search::run(double gap, const Stopwatch& watch) {
    if (!program_) start(watch);
    const auto solve = [&] {
        Bounds bounds;
        std::shared_ptr<const Proof> best = root_;
        const bool solved = converge(watch, bounds, best);
        keep_proof(best);
        bound_ = std::max(bound_, bounds.whole);
        if (solved) round();
        return solved && !good_enough(gap, std::max(bound_, bounds.usable));
    };
    const bool cut = price_s_per_gib_ > 0;
    bool more = solve();
    if (!cut)
        price_s_per_gib_ = std::accumulate(program_->per_unit().begin(), program_->per_unit().end(), 0.0) *
                           instance_.units(static_cast<framework::Bytes>(framework::gib));
    if (!more) return;
    // Penalties that touch the kernels' hulls where the program's solution lies.
    program_->set_kernels(kernel_bounds(instance_, program_->slow_share()));
    if (solve()) branch_and_price(gap, watch);
}

void Search::cut(const std::vector<framework::Bytes>& bytes) {
    for (std::size_t step = 0; step < bytes.size(); ++step) {
        instance_.usable[step] = std::max<framework::Bytes>(0, instance_.usable[step] - bytes[step]);
    }
    if (program_) program_->refresh_room();
    PartialPlacement placement(instance_, freedom_);
    std::vector<int> out;
    for (const int item : by_size_) {
        const Route& route = routes_[static_cast<std::size_t>(item)];
        placement.fits(item, route) ? placement.place(item, route) : out.push_back(item);
    }
    seconds_ = forbidden;
    place_and_improve(placement, out, out);
}

void Search::settle_for(const Routes& routes) {
    routes_ = routes;
    seconds_ = predicted_seconds(instance_, routes);
    const PricedDram priced = price_dram(instance_, freedom_, 0);
    bound_ = std::min(seconds_, priced.bound);
    keep_proof(proof(instance_, priced.kernels, priced.per_unit, priced.bound));
}

}  // namespace optimizer

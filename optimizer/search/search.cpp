#include "optimizer/search/search.h"

#include <algorithm>
#include <numeric>

#include "optimizer/proof/certificate.h"
#include "optimizer/search/subgradient.h"

namespace optimizer {

namespace {

constexpr int subgradient_passes = 150;

}  // namespace

Search::Search(Model& model, Freedom freedom)
    : model_(model), freedom_(freedom), seconds_(forbidden), bound_(0), by_size_(model.items.size()) {
    std::iota(by_size_.begin(), by_size_.end(), 0);
    std::stable_sort(by_size_.begin(), by_size_.end(), [&](int a, int b) {
        return model.items[static_cast<std::size_t>(a)].bytes >
               model.items[static_cast<std::size_t>(b)].bytes;
    });
}

Search::~Search() = default;

void Search::start(const Stopwatch& watch) {
    const PricedDram priced = price_dram(model_, freedom_, watch.left() > 0 ? subgradient_passes : 0);
    bound_ = std::max(bound_, priced.bound);
    certify(proof(model_, priced.kernels, priced.per_unit, priced.bound));
    Assignment assignment(model_, freedom_);
    const DramPrices prices(priced.per_unit);
    Route route;
    for (const int item : by_size_) {
        assignment.cheapest(item, route, &prices);
        assignment.place(item, route);
    }
    place_and_improve(assignment, {}, by_size_);

    const double highest = *std::max_element(priced.per_unit.begin(), priced.per_unit.end());
    const double total = std::accumulate(priced.per_unit.begin(), priced.per_unit.end(), 0.0);
    master_ = std::make_unique<Master>(model_, freedom_, priced.kernels,
                                       10 * total + 1e-3 * priced.kernels.constant);
    for (std::size_t i = 0; i < priced.routes.size(); ++i) {
        for (const Route& known : priced.routes[i]) master_->add_route(static_cast<int>(i), known);
    }
    for (int step = 0; step < model_.steps(); ++step) {
        if (priced.per_unit[static_cast<std::size_t>(step)] > 1e-3 * highest) master_->add_fits_row(step);
    }
}

// The program over routes to its optimum under the restrictions there are. False: out of time; `bounds` hold
// in either case.
bool Search::converge(const Stopwatch& watch, Bounds& bounds, std::shared_ptr<const Proof>& best) {
    while (master_->solve(watch.left())) {
        const Master::Pricing pricing = master_->price();
        bounds.raise(pricing.bounds);
        if (pricing.bounds.whole > best->bound_s)
            best = proof(model_, master_->kernels(), master_->per_unit(), pricing.bounds.whole, best.get());
        if (bounds.usable >= seconds_) return true;
        if (pricing.added > 0 && master_->value() - bounds.usable > 1e-7 * master_->value()) continue;
        if (master_->overflow() < 1e-6 || !master_->raise_overflow_cost()) return true;
    }
    return false;
}

void Search::certify(std::shared_ptr<const Proof> proof) {
    root_ = std::move(proof);
    if (root_->bound_s <= certified_) return;
    certified_ = root_->bound_s;
    certificate_ = optimizer::certificate(freedom_, root_);
}

void Search::certify(const SearchTree& tree) {
    if (tree.shown() <= certified_) return;
    certified_ = tree.shown();
    certificate_.cases.clear();
    for (const auto& [branches, proof] : tree.leaves()) {
        Certificate::Case& leaf = certificate_.cases.emplace_back();
        leaf.proof = proof;
        for (const Branch& branch : branches) {
            const int first = model_.first_stop[static_cast<std::size_t>(branch.item)];
            leaf.under.push_back({first + static_cast<int>(branch.stop), branch.allowed});
        }
    }
}

// What the program has decided stays; what it has split is put where it fits and costs least; then every item
// that had a choice is taken up again.
void Search::round() {
    Assignment assignment(model_, freedom_);
    std::vector<int> split;
    contested_.clear();
    for (const int item : by_size_) {
        const auto choices = master_->choices(item);
        if (master_->known_routes(item) > 1) contested_.push_back(item);
        if (choices.size() == 1 && assignment.fits(item, *choices.front().route)) {
            assignment.place(item, *choices.front().route);
        } else {
            split.push_back(item);
        }
    }
    place_and_improve(assignment, split, contested_);
}

void Search::place_and_improve(Assignment& assignment, const std::vector<int>& out,
                               const std::vector<int>& all) {
    Route route;
    for (const int item : out) {
        assignment.cheapest(item, route);
        assignment.place(item, route);
    }
    assignment.improve(all);
    const framework::Seconds seconds = assignment.seconds();
    if (seconds >= seconds_) return;
    seconds_ = seconds;
    routes_ = assignment.routes();
}

// Where the program has split a storage whose routes differ most in cost: the stop that it is most undecided
// about.
bool Search::choose_branch(Branch& branch) const {
    double most = 0;
    for (const int item : contested_) {
        const auto choices = master_->choices(item);
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
    const std::vector<double> slow_share = master_->slow_share();
    const std::vector<Settled> settled = master_->settled();
    const KernelBounds& bounds = master_->kernels();
    double most = 1e-10 * seconds_;
    bool found = false;
    for (int step = 0; step < model_.steps(); ++step) {
        const KernelTable& kernel = model_.kernels[static_cast<std::size_t>(step)];
        if (kernel.interactions().empty()) continue;
        double bound = bounds.constants[static_cast<std::size_t>(step)];
        std::uint64_t slow = 0;
        int open = -1;
        for (std::size_t i = 0; i < kernel.items().size(); ++i) {
            const auto stop = static_cast<std::size_t>(model_.stop_of(step, i));
            if (settled[stop] == Settled::no) open = static_cast<int>(i);
            if (slow_share[stop] < 0.5) continue;
            slow |= std::uint64_t{1} << i;
            bound += bounds.penalty[stop];
        }
        if (open < 0 || kernel.seconds(slow) - bound <= most) continue;
        most = kernel.seconds(slow) - bound;
        const int item = kernel.items()[static_cast<std::size_t>(open)];
        const int stop = model_.stop_of(step, static_cast<std::size_t>(open));
        branch = {item, static_cast<std::size_t>(stop - model_.first_stop[static_cast<std::size_t>(item)]),
                  (slow >> open & 1U) != 0 ? only_slow : only_dram};
        found = true;
    }
    return found;
}

Search::Step Search::explore(Node& node, bool kernels_anew, double gap, const Stopwatch& watch,
                             Branch& branch) {
    ++nodes_;
    if (kernels_anew) master_->set_kernels(kernel_bounds(model_, master_->slow_share(), master_->settled()));
    const auto enough = [&] { return good_enough(0.95 * gap, node.bounds.usable); };
    // Out of time, or numbers that GLPK cannot go on with.
    if (!converge(watch, node.bounds, node.proof) || enough()) return Step::close;
    round();
    if (enough() || master_->overflow() >= 1e-6) return Step::close;
    if (choose_branch(branch)) return Step::split;
    if (!choose_kernel_branch(branch)) return Step::close;
    return kernels_anew ? Step::split : Step::restart;
}

// Best bound first, and from each node down along the choice the program leans to. Once a node's program has
// nothing left to split but its kernels are above their bounds, these are taken anew at each node, from the
// root on: that makes them stronger.
void Search::branch_and_price(double gap, const Stopwatch& watch) {
    SearchTree tree(400 + 200'000 / model_.stops());  // about a second at any size
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
        for (const int item : restricted) master_->lift(item);
        restricted.clear();
        bool possible = true;
        for (const Branch& branch : node.branches) {
            possible = master_->restrict(branch.item, branch.stop, branch.allowed) && possible;
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
            certify(tree);
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
    for (const int item : restricted) master_->lift(item);
    if (kernels_anew) master_->set_kernels(kernel_bounds(model_, master_->slow_share()));
    bound_ = std::max(bound_, std::min(tree.close_all(), seconds_));
    certify(tree);
}

void Search::run(double gap, const Stopwatch& watch) {
    if (!master_) start(watch);
    const auto solve = [&] {
        Bounds bounds;
        std::shared_ptr<const Proof> best = root_;
        const bool solved = converge(watch, bounds, best);
        certify(best);
        bound_ = std::max(bound_, bounds.whole);
        if (solved) round();
        return solved && !good_enough(gap, std::max(bound_, bounds.usable));
    };
    const bool cut = price_s_per_gib_ > 0;
    bool more = solve();
    if (!cut)
        price_s_per_gib_ = std::accumulate(master_->per_unit().begin(), master_->per_unit().end(), 0.0) *
                           model_.units(static_cast<framework::Bytes>(framework::gib));
    if (!more) return;
    // Penalties that touch the kernels' hulls where the program's solution lies.
    master_->set_kernels(kernel_bounds(model_, master_->slow_share()));
    if (solve()) branch_and_price(gap, watch);
}

void Search::cut(const std::vector<framework::Bytes>& bytes) {
    for (std::size_t step = 0; step < bytes.size(); ++step) {
        model_.usable[step] = std::max<framework::Bytes>(0, model_.usable[step] - bytes[step]);
    }
    if (master_) master_->refresh_room();
    Assignment assignment(model_, freedom_);
    std::vector<int> out;
    for (const int item : by_size_) {
        const Route& route = routes_[static_cast<std::size_t>(item)];
        assignment.fits(item, route) ? assignment.place(item, route) : out.push_back(item);
    }
    seconds_ = forbidden;
    place_and_improve(assignment, out, out);
}

void Search::settle_for(const Routes& routes) {
    routes_ = routes;
    seconds_ = predicted_seconds(model_, routes);
    const PricedDram priced = price_dram(model_, freedom_, 0);
    bound_ = std::min(seconds_, priced.bound);
    certify(proof(model_, priced.kernels, priced.per_unit, priced.bound));
}

}  // namespace optimizer

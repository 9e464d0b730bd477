#include "optimizer/search.h"

#include <algorithm>
#include <numeric>
#include <queue>

#include "optimizer/subgradient.h"

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

void Search::accept(const Assignment& assignment) {
    const framework::Seconds seconds = assignment.seconds();
    if (seconds >= seconds_) return;
    seconds_ = seconds;
    routes_ = assignment.routes();
}

void Search::start(const Stopwatch& watch) {
    const PricedDram priced = price_dram(model_, freedom_, watch.left() > 0 ? subgradient_passes : 0);
    bound_ = std::max(bound_, priced.bound);
    Assignment assignment(model_, freedom_);
    const DramPrices prices(priced.per_gib);
    Route route;
    for (const int item : by_size_) {
        assignment.cheapest(item, route, &prices);
        assignment.place(item, route);
    }
    assignment.improve(by_size_);
    accept(assignment);

    const double highest = *std::max_element(priced.per_gib.begin(), priced.per_gib.end());
    const double total = std::accumulate(priced.per_gib.begin(), priced.per_gib.end(), 0.0);
    master_ = std::make_unique<Master>(model_, freedom_, priced.kernels, 10 * total + 1e-3);
    for (std::size_t i = 0; i < priced.routes.size(); ++i) {
        for (const Route& known : priced.routes[i]) master_->add_route(static_cast<int>(i), known);
    }
    for (int step = 0; step < model_.steps(); ++step) {
        if (priced.per_gib[static_cast<std::size_t>(step)] > 1e-3 * highest) master_->add_fits_row(step);
    }
}

// The program over routes to its optimum under the restrictions there are. False: out of time; `bound` holds
// in either case.
bool Search::converge(const Stopwatch& watch, double& bound) {
    while (master_->solve(watch.left())) {
        const Master::Pricing pricing = master_->price();
        bound = std::max(bound, pricing.bound);
        if (pricing.added > 0 && master_->value() - bound > 1e-6 * master_->value()) continue;
        return true;
    }
    return false;
}

// What the program has decided stays; what it has split is put where it fits and costs least; then every item
// that had a choice is taken up again.
void Search::round() {
    Assignment assignment(model_, freedom_);
    std::vector<int> split;
    contested_.clear();
    Route route;
    for (const int item : by_size_) {
        const auto choices = master_->choices(item);
        if (master_->known_routes(item) > 1) contested_.push_back(item);
        if (choices.size() == 1 && assignment.fits(item, *choices.front().route)) {
            assignment.place(item, *choices.front().route);
        } else {
            split.push_back(item);
        }
    }
    for (const int item : split) {
        assignment.cheapest(item, route);
        assignment.place(item, route);
    }
    assignment.improve(contested_);
    accept(assignment);
}

bool Search::choose_branch(Branch& branch) const {
    double most = 0;
    for (const int item : contested_) {
        const auto choices = master_->choices(item);
        if (choices.size() < 2) continue;
        for (std::size_t stop = 0; stop < choices.front().route->size(); ++stop) {
            double dram = 0, held = 0;
            for (const auto& choice : choices) {
                if ((*choice.route)[stop] != At::slow) dram += choice.share;
                if ((*choice.route)[stop] == At::held) held += choice.share;
            }
            const double split = std::min(dram, 1 - dram), split_held = std::min(held, 1 - held);
            const double size = gib_of(model_.items[static_cast<std::size_t>(item)]);
            if (size * split > most) {
                most = size * split;
                branch = {item, stop, dram >= 0.5 ? only_dram : only_slow};
            }
            if (0.9 * size * split_held > most && split < 1e-6) {
                most = 0.9 * size * split_held;
                branch = {item, stop,
                          held >= 0.5 ? only_held : static_cast<Allowed>(only_slow | only_fetched)};
            }
        }
    }
    return most > 0;
}

// Best bound first, and from each node down along the choice the program leans to.
void Search::branch_and_price(double gap, const Stopwatch& watch) {
    const auto worse = [](const Node& a, const Node& b) { return a.bound > b.bound; };
    std::priority_queue<Node, std::vector<Node>, decltype(worse)> open(worse);
    Node node{bound_, {}};
    double closed = forbidden;  // the least bound of nodes that were left without being solved to the end
    bool down = true;           // `node` is to be solved; otherwise the best of those open
    std::vector<int> restricted;
    while (watch.left() > 0) {
        if (!down) {
            if (open.empty() || good_enough(gap, std::min(closed, open.top().bound))) break;
            node = open.top();
            open.pop();
        }
        for (const int item : restricted) master_->lift(item);
        restricted.clear();
        for (const Branch& branch : node.branches) {
            master_->restrict(branch.item, branch.stop, branch.allowed);
            restricted.push_back(branch.item);
        }
        ++nodes_;
        if (!converge(watch, node.bound)) {
            open.push(node);
            break;
        }
        down = false;
        if (seconds_ - node.bound <= 0.5 * gap * seconds_) {
            closed = std::min(closed, node.bound);
            continue;
        }
        round();
        Branch branch;
        if (master_->overflow() > 1e-6 || !choose_branch(branch)) {
            closed = std::min(closed, node.bound);
            continue;
        }
        Node other = node;
        other.branches.push_back(branch);
        other.branches.back().allowed = static_cast<Allowed>(anything & ~branch.allowed);
        open.push(std::move(other));
        node.branches.push_back(branch);
        down = true;
    }
    if (down) open.push(node);
    for (const int item : restricted) master_->lift(item);
    double bound = std::min(closed, seconds_);
    if (!open.empty()) bound = std::min(bound, open.top().bound);
    if (!bound_is_final_) bound_ = std::max(bound_, bound);
}

void Search::run(double gap, const Stopwatch& watch) {
    if (!master_) start(watch);
    double bound = 0;
    const bool solved = converge(watch, bound);
    if (!bound_is_final_) bound_ = std::max(bound_, bound);
    if (!solved) return;
    while (master_->overflow() > 1e-6 && watch.left() > 0) {
        master_->raise_overflow_cost();
        if (!converge(watch, bound)) return;
    }
    if (!bound_is_final_) {
        bound_ = std::max(bound_, bound);
        price_s_per_gib_ = std::accumulate(master_->per_gib().begin(), master_->per_gib().end(), 0.0);
    }
    round();
    if (good_enough(gap, bound)) return;
    // Penalties that touch the kernels' hulls where the program's solution lies.
    master_->set_kernels(kernel_bounds(model_, master_->slow_share()));
    if (!converge(watch, bound)) return;
    if (!bound_is_final_) bound_ = std::max(bound_, bound);
    round();
    if (!good_enough(gap, bound)) branch_and_price(gap, watch);
}

void Search::cut(int step, framework::Bytes bytes) {
    bound_is_final_ = true;
    seconds_ = forbidden;
    framework::Bytes& room = model_.room[static_cast<std::size_t>(step)];
    room = std::max<framework::Bytes>(0, room - bytes);
    if (master_) master_->refresh_room();
}

}  // namespace optimizer

// Routes for every storage within the room, and a lower bound on the time of all others: prices by
// subgradient, the program over routes at its optimum, rounding, and branch and price on the gap that is
// left.
#pragma once

#include <map>
#include <memory>

#include "optimizer/model/tolerances.h"
#include "optimizer/search/partial_placement.h"
#include "optimizer/search/route_program.h"
#include "optimizer/search/search_tree.h"

namespace optimizer {

class Search {
  public:
    Search(const Instance& instance, Freedom freedom, const SolverOptions& options, Effort& effort);
    ~Search();

    // Until the gap asked for is reached, nothing is left to search, or the effort is spent: there always are
    // routes. After a cut() it goes on from what it has; its bound is still that of all the room.
    void run();
    // Takes room away, but none that the least routes need. False: there was no other.
    bool cut(const ByStep<framework::Bytes>& bytes);
    void settle_for_least();                // takes the routes with the least DRAM
    void settle_for(const Routes& routes);  // takes these, with the bound of free DRAM

    const Routes& routes() const { return routes_; }
    framework::Seconds seconds() const { return seconds_; }
    framework::Seconds bound() const { return bound_; }
    const Certificate& certificate() const { return certificate_; }
    double price_s_per_gib() const { return price_s_per_gib_; }
    const RouteProgram* program() const { return program_.get(); }  // null: the effort was spent before

  private:
    void start();
    bool converge(Bounds& bounds, std::shared_ptr<const Proof>& best);
    void keep_proof(std::shared_ptr<const Proof> proof);
    void keep_proof(const SearchTree& tree);
    void round();
    // Puts the items that are set aside where they cost least, improves `all`, and keeps the routes if they
    // are the best so far.
    void place_and_improve(PartialPlacement& placement, const std::vector<ItemId>& aside,
                           const std::vector<ItemId>& all);
    void branch_and_price();
    bool explore(Node& node, Branch& branch);  // solves a node; true: it is split in two by `branch`
    bool choose_branch(Branch& branch) const;
    void learn(const Branch& branch, double gain);
    // What a branch is expected to add to the bound; `range`: the difference in cost between its routes.
    double expected_gain(const Branch& branch, double range) const;
    // By a bound for the usable room.
    bool good_enough(double bound) const {
        return seconds_ - bound <= tolerance::share_of_gap * options_.gap * seconds_;
    }

    const Instance& instance_;
    Freedom freedom_;
    const SolverOptions& options_;
    Effort& effort_;
    Routes least_;                          // the routes with the least DRAM
    ByStep<framework::Bytes> least_bytes_;  // that they take
    ByStep<framework::Bytes> usable_;       // the part of the room that placements are made for
    std::unique_ptr<RouteProgram> program_;
    Routes routes_;
    framework::Seconds seconds_, bound_;
    Certificate certificate_;
    framework::Seconds proved_ = -forbidden;  // by the certificate
    std::shared_ptr<const Proof> root_;       // the best without branches
    std::vector<ItemId> by_size_;             // the largest first
    std::vector<ItemId> contested_;           // those with more than one route in use, or known
    double price_s_per_gib_ = 0;
    // What branches have added to the bound, for each share that they moved (pseudo-costs: Benichou et al.
    // 1971).
    struct Gain {
        double sum = 0;
        int count = 0;
    };
    std::map<Restriction, Gain> gains_;
    Gain gain_of_all_;
};

}  // namespace optimizer

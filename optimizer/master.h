// The linear program over whole routes (Dantzig and Wolfe 1960): which routes, in which shares, use the DRAM
// best.
//
// Variables  x[t,r] ≥ 0: the share of storage t that takes route r, of the routes known so far
// Minimise   Σ_t Σ_r cost(t,r) · x[t,r]              cost: moves, and the kernels' penalties where r is slow
// one[t]:    Σ_r x[t,r] = 1
// fits[s]:   Σ_{t,r in DRAM at s} GiB(t) · x[t,r] ≤ room[s]      only at steps where a solution went beyond
// it
//
// A storage of which one route is known needs no row: it is taken off the room. Routes come from a shortest
// path at the rows' prices; when none is cheaper than its one[t], the value is that of the whole problem's
// relaxation.
#pragma once

#include <vector>

#include "optimizer/milp.h"
#include "optimizer/relaxation.h"

namespace optimizer {

class Master {
  public:
    Master(const Model& model, Freedom freedom, const KernelBounds& kernels);

    bool add_route(int item, const Route& route);  // false where it was known
    void add_fits_row(int step);

    // Solves over the known routes, adding fits rows until every step fits. False: out of time.
    bool solve(framework::Seconds time_limit);
    // Adds routes that are cheaper at the duals of the last solve; how many. bound() follows from the same
    // duals.
    int price();

    double value() const { return value_; }  // of the last solve, all kernels included
    double bound() const { return bound_; }  // the best so far: no placement is cheaper
    const std::vector<double>& per_gib() const { return per_gib_; }  // of DRAM, by step

    struct Choice {
        const Route* route;
        double share;
    };
    std::vector<Choice> choices(int item) const;  // those with a share

    int rows() const { return milp_.rows(); }
    int columns() const { return milp_.columns(); }
    void write_lp(const std::string& file) const { milp_.write_lp(file); }

  private:
    struct Column {
        Route route;
        double cost = 0;
        std::vector<framework::LiveRange> dram;
        Variable variable;
        double share = 1;

        bool covers(int step) const;
    };
    struct Storage {
        std::vector<Column> columns;
        Row one;  // index 0: has one route and no row
        double price = 0;
    };
    struct Fits {
        int step;
        Row row;
    };

    void enter(int item, Column& column);
    std::vector<double> load() const;
    double room(int step) const {
        return room_[static_cast<std::size_t>(step)] - fixed_[static_cast<std::size_t>(step)];
    }
    void add_fixed(int item, const Column& column, double sign);
    bool add_violated();

    const Model& model_;
    Freedom freedom_;
    KernelBounds kernels_;
    Milp milp_;
    std::vector<Storage> storages_;  // by item
    std::vector<Fits> fits_;
    std::vector<char> has_row_;  // by step
    std::vector<double> room_;   // GiB by step
    std::vector<double> fixed_;  // GiB of the storages without a row
    double fixed_cost_ = 0;      // theirs, and the kernels' constant
    std::vector<double> per_gib_;
    double value_ = 0, bound_ = 0;
};

}  // namespace optimizer

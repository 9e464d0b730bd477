// The linear program over whole routes (Dantzig and Wolfe 1960): which routes, in which shares, use DRAM
// best.
//
// Variables  x[t,r] ≥ 0: the share of storage t that takes route r, of the routes known so far
//            above[k] ≥ 0: the time of kernel k above its first affine function
//            over[s] ≥ 0: what is beyond the room, at a cost above every price; 0 where the routes can fit
// Minimise   Σ_t Σ_r cost(t,r) · x[t,r] + Σ_k above[k] + Σ_s overflow_cost · over[s]
//            cost(t,r): its moves, and the first functions' penalties where it is slow
// one[t]:    Σ_r x[t,r] = 1
// piece[k,j]: above[k] ≥ function j of kernel k − its first one, where a solution was below the kernel's hull
// fits[s]:   Σ_{t,r in DRAM at s} size(t) · x[t,r] ≤ room[s] + over[s], where a solution went beyond the room
//
// A storage of which one route is known needs no row: it is taken off the room. Routes come from a shortest
// path at the rows' prices; when none is cheaper than its one[t], and no kernel is below its hull
// (model/kernel_hull.h), the value is that of the whole problem's relaxation. The duals of the pieces make
// one affine function of those of a kernel, which is below the kernel's times as they are: so a bound needs
// no more than prices and one function for each kernel.
#pragma once

#include <map>
#include <vector>

#include "optimizer/model/bounds.h"
#include "optimizer/model/kernel_hull.h"
#include "optimizer/search/effort.h"
#include "optimizer/search/milp.h"

namespace optimizer {

class RouteProgram {
  public:
    // `overflow_cost` in seconds per unit of size: above what any step's DRAM is worth.
    RouteProgram(const Instance& instance, Freedom freedom, const std::vector<framework::Bytes>& usable,
                 const KernelBounds& kernels, double overflow_cost);

    bool add_route(int item, const Route& route);  // false where it was known
    void add_fits_row(framework::Step step);

    // Solves over the known routes, adding fits rows until every step fits. False: a limit is reached, or
    // numbers are such that GLPK cannot go on.
    bool solve(Effort& effort);
    // Adds pieces where the last solution is below a kernel's hull, and routes that are cheaper at its duals.
    struct Pricing {
        int pieces = 0, routes = 0;  // added
        Bounds bounds;
    };
    Pricing price(Effort& effort);

    // From now on a route may do at this stop of an item what `allowed` says; after lift(), anything again.
    // False: no route is left.
    bool restrict(int item, std::size_t stop, Allowed allowed);
    void lift(int item);

    bool raise_overflow_cost();                                    // false: it is as high as numbers allow
    void set_usable(const std::vector<framework::Bytes>& usable);  // DRAM by step

    // Of the last solve:
    const KernelBounds& kernels() const { return kernels_; }           // one function for each
    double value() const { return value_; }                            // all kernels included
    double overflow() const { return overflow_; }                      // in units
    const std::vector<double>& per_unit() const { return per_unit_; }  // price of DRAM by step
    std::vector<double> slow_share() const;                            // by stop of the instance
    struct Choice {
        const Route* route;
        double share, cost;
    };
    std::vector<Choice> choices(int item) const;  // those with a share
    std::size_t known_routes(int item) const { return storages_[item].columns.size(); }

    int rows() const { return milp_.rows(); }
    int columns() const { return milp_.columns(); }
    std::string print() const { return milp_.print(); }

  private:
    struct Column {
        Route route;
        double cost = 0;
        std::vector<framework::LiveRange> dram;
        Variable variable;
        double share = 1;

        bool covers(framework::Step step) const;
    };
    struct Storage {
        std::vector<Column> columns;
        Row one;                             // index 0: has one route and no row
        std::vector<unsigned char> allowed;  // by stop; empty: anything
    };
    struct Fits {
        framework::Step step;
        Row row;
        Variable over;
    };

    struct Piece {
        AffineFunction function;
        Row row;
    };
    struct Pieces {
        AffineFunction first;
        Variable above;
        std::vector<Piece> others;
    };

    void add_piece_terms(int item, const Route& route, std::vector<Term<Row>>& terms) const;
    void add_piece(framework::Step step, AffineFunction function);
    int add_pieces();
    void set_kernels();  // from the duals of the pieces
    AffineFunction function_of(framework::Step step) const;
    void activate(int item);
    void enter(int item, Column& column);
    void add_fixed(int item, const Column& column, double sign);
    double room(framework::Step step) const;
    std::vector<double> load() const;
    bool add_violated();

    const Instance& instance_;
    Freedom freedom_;
    KernelBounds first_;            // functions, of those that have pieces too
    KernelBounds kernels_;          // of the last solve
    std::map<int, Pieces> pieces_;  // by step
    Milp milp_;
    std::vector<Storage> storages_;  // by item
    std::vector<Fits> fits_;
    std::vector<char> has_row_;  // by step
    std::vector<double> room_;   // usable units by step
    std::vector<double> fixed_;  // units of the storages without a row
    double fixed_cost_ = 0;      // theirs, and the kernels' constant
    double scale_;               // of costs
    double overflow_cost_ = 0;
    std::vector<double> per_unit_;
    double value_ = 0, overflow_ = 0;
};

}  // namespace optimizer

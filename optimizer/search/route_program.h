// The linear program over whole routes (Dantzig and Wolfe 1960): which routes, in which shares, use DRAM
// best. Rows and columns are added as they are needed. route_program.cpp has the program in full.
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
    RouteProgram(const Instance& instance, Freedom freedom, const ByStep<framework::Bytes>& usable,
                 const KernelFunctions& kernels, double overflow_cost);

    bool add_route(ItemId item, const Route& route);  // false where it was known
    void add_fits_row(framework::Step step) { add_row(dram_at(step)); }

    // Solves over the known routes, adding fits rows until every step fits. False: a limit is reached, or
    // GLPK has run into numerical trouble.
    bool solve(Effort& effort);
    // Adds pieces and routes by the last solution.
    struct Pricing {
        int pieces = 0, routes = 0;  // added
        Bounds bounds;
    };
    Pricing price(Effort& effort);

    // Holds from now on, until lift() takes all restrictions off an item. False: no route is left.
    bool restrict(const Restriction& restriction);
    void lift(ItemId item);

    bool raise_overflow_cost();  // false: it is as high as numbers allow
    void set_usable(const ByStep<framework::Bytes>& usable);

    // Of the last solve:
    const KernelFunctions& kernels() const { return kernels_; }
    double value() const { return value_; }                       // all kernels included
    double overflow() const { return overflow_; }                 // in units
    const ByStep<double>& per_unit() const { return per_unit_; }  // prices of DRAM
    SlowShares slow_shares() const;
    struct Choice {
        const Route* route;
        double share, cost;
    };
    std::vector<Choice> choices(ItemId item) const;  // those with a share
    std::size_t known_routes(ItemId item) const { return storages_[item].columns.size(); }

    int rows() const { return milp_.rows(); }
    int columns() const { return milp_.columns(); }
    std::string print() const { return milp_.print(); }

  private:
    // A quantity of which plans have a limited amount. So far: DRAM at one step, in units of size.
    using ResourceId = framework::Id<struct Resource>;
    static ResourceId dram_at(framework::Step step) { return int{step}; }
    // A route takes `amount` of each of the resources [first, last).
    struct Claim {
        ResourceId first, last;
        double amount = 0;
    };
    struct Column {
        Route route;
        double cost = 0;
        std::vector<Claim> claims;
        Variable variable;
        double share = 1;

        double amount_of(ResourceId resource) const;
    };
    struct Storage {
        std::vector<Column> columns;
        Row one;                  // index 0: has one route and no row
        ByStop<Allowed> allowed;  // empty: anything
    };
    struct Fits {
        ResourceId resource;
        Row row;
        Variable over;
    };

    struct Piece {
        KernelFunction function;
        Row row;
    };
    struct Pieces {
        Variable above;
        std::vector<Piece> pieces;
    };

    void add_piece_terms(ItemId item, const Route& route, std::vector<Term<Row>>& terms) const;
    void add_piece(framework::Step step, KernelFunction function);
    int add_pieces();
    void set_kernels();  // from the duals of the pieces
    void activate(ItemId item);
    void enter(ItemId item, Column& column);
    void add_fixed(const Column& column, double sign);
    std::vector<Claim> claims_of(ItemId item, const Route& route) const;
    double left(ResourceId resource) const;
    framework::Indexed<ResourceId, double> load() const;
    void add_row(ResourceId resource);
    bool add_violated();

    const Instance& instance_;
    Freedom freedom_;
    KernelFunctions first_;    // also of kernels with pieces
    KernelFunctions kernels_;  // of the last solve
    double constant_ = 0;      // the sum of theirs
    std::map<framework::Step, Pieces> pieces_;
    Milp milp_;
    ByItem<Storage> storages_;
    std::vector<Fits> fits_;
    framework::Indexed<ResourceId, char> has_row_;
    framework::Indexed<ResourceId, double> room_;   // usable amounts
    framework::Indexed<ResourceId, double> fixed_;  // amounts that the storages without a row take
    double fixed_cost_;                             // theirs, and the constants of the first functions
    double scale_;                                  // of costs
    double overflow_cost_ = 0;
    ByStep<double> per_unit_;
    double value_ = 0, overflow_ = 0;
};

}  // namespace optimizer

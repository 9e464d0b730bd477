#include "optimizer/policies/paper_formulation.h"

#include <array>

#include "framework/base/error.h"
#include "optimizer/addresses/plan_builder.h"
#include "optimizer/feasibility.h"
#include "optimizer/model/tolerances.h"
#include "optimizer/policies/solve_routes.h"
#include "optimizer/search/effort.h"
#include "optimizer/search/milp.h"

namespace optimizer {

using framework::Bytes;
using framework::Step;
using framework::text;

// For each tensor t a graph, of which its way through the iteration is a path from source to sink. At stop i
// it is in
//   pre[i]   DRAM, and slow memory has no copy of its newest value
//   dram[i]  DRAM, and slow memory has a copy
//   slow[i]  slow memory alone; no edge leads there if the stop must find the tensor in DRAM
// Edges lead from the states of a stop to those of the next; from pre to slow, or to a new fetch, at the cost
// of a WRITE, into DRAM from slow memory at that of a READ. A write in place leads to pre. A persistent
// tensor starts and ends in slow memory, or takes the edge from source to sink: in DRAM for the whole
// iteration.
//
// Variables  x[t,e] ∈ {0,1}: the path takes edge e            in[t,i] ∈ [0,1]: in DRAM at stop i
//            v[k,c] ∈ {0,1}: kernel k runs under tier placement c
// Minimise   Σ_k Σ_c seconds(k,c) · v[k,c] + Σ_t Σ_e copies(e) · x[t,e]
// leave[t]:  Σ_{e from source} x[t,e] = 1;  flow[t,n]: what enters a state leaves it
// dram[t,i]: in[t,i] = Σ_{e into pre[i], dram[i]} x[t,e] (+ the edge from source to sink)
// one[k]:    Σ_c v[k,c] = 1
// only[k,c,t]: v[k,c] ≤ in[t,i], or 1 − in[t,i] where c has t in slow memory
// all[k,c]:  v[k,c] + operands ≥ 1 + Σ of those
// fits[s]:   Σ_t size(t) · (in[t,i] at its stops, Σ of the edges that hold it in DRAM between them) ≤ room[s]
// The static model has one stop for each tensor, all of its uses: pre or slow.

namespace {

enum State { pre, dram, slow, source, sink };

struct Edge {
    State from, to;
    ItemStop stop;  // it leads to; the number of stops for those to the sink
    At at;
    double cost;
    Variable x;
};

std::vector<Edge> edges_of(const Item& item, Freedom freedom) {
    const ItemStop stops = item.stops.count();
    std::vector<Edge> edges;
    const auto edge = [&](State from, State to, ItemStop stop, At at, double cost) {
        if (to == slow && !item.stops[stop].may_be_slow) return;
        edges.push_back({from, to, stop, at, cost, {}});
    };
    if (freedom == Freedom::static_) {
        if (!item.needs_dram) {
            edge(source, slow, 0, At::slow, 0);
            edge(slow, sink, stops, At::slow, 0);
        }
        edge(source, sink, stops, At::held, 0);
        return edges;
    }
    for (const ItemStop i : item.stops.ids()) {
        const State fetched = item.stops[i].writes || (i == 0 && !item.persistent) ? pre : dram;
        const double read = item.stops[i].reads && (i > 0 || item.persistent) ? item.fetch_s : 0;
        if (i == 0) {
            edge(source, fetched, i, At::fetched, read);
            edge(source, slow, i, At::slow, 0);
            continue;
        }
        edge(pre, pre, i, At::held, 0);
        edge(pre, fetched, i, At::fetched, item.spill_s + read);
        edge(pre, slow, i, At::slow, item.spill_s);
        edge(dram, fetched, i, At::held, 0);
        edge(dram, fetched, i, At::fetched, read);
        edge(dram, slow, i, At::slow, 0);
        edge(slow, fetched, i, At::fetched, read);
        edge(slow, slow, i, At::slow, 0);
    }
    edge(pre, sink, stops, At::held, item.persistent ? item.spill_s : 0);
    edge(dram, sink, stops, At::held, 0);
    edge(slow, sink, stops, At::slow, 0);
    if (item.persistent) edge(source, sink, stops, At::held, 0);
    return edges;
}

class PaperModel {
  public:
    PaperModel(const Instance& instance, const ByStep<Bytes>& room, Freedom freedom)
        : instance_(instance),
          scale_(tolerance::program_total / predicted_seconds(instance, dram_routes(instance))) {
        fits_.resize(instance.room.size());
        for (const ItemId t : instance.items.ids()) add_tensor(t, freedom);
        for (const Step step : fits_.ids()) add_kernel(step);
        for (const Step s : fits_.ids()) {
            milp_.row(text("fits[", s, ']'), at_most(instance.units(room[s])), fits_[s]);
        }
    }

    Milp& milp() { return milp_; }
    double seconds(double objective) const { return objective / scale_; }

    Routes routes() const {
        Routes routes;
        for (const ItemId t : instance_.items.ids()) {
            Route& route = routes.emplace_back(instance_.items[t].stops.size(), At::slow);
            for (const Edge& edge : edges_[t]) {
                if (milp_.value(edge.x) < 0.5) continue;
                if (edge.stop < route.count()) route[edge.stop] = edge.at;
                if (edge.from != source || edge.to != sink) continue;
                route.assign(route.size(), At::held);
                if (!instance_.items[t].persistent) route.front() = At::fetched;
            }
        }
        return routes;
    }

  private:
    void add_tensor(ItemId t, Freedom freedom) {
        const Item& item = instance_.items[t];
        edges_.push_back(edges_of(item, freedom));
        in_.emplace_back();
        std::vector<Term<Variable>> leave;
        ByStop<std::array<std::vector<Term<Variable>>, 3>> flow(item.stops.size());
        ByStop<std::vector<Term<Variable>>> in(item.stops.size());
        for (Edge& edge : edges_.back()) {
            edge.x = milp_.binary(
                text("x[", t, ',', edge.from, edge.to, ',', edge.stop, ',', static_cast<int>(edge.at), ']'),
                scale_ * edge.cost);
            if (edge.from == source) leave.push_back({edge.x, 1});
            if (edge.from < source && freedom == Freedom::synchronous)
                flow[edge.stop - 1][edge.from].push_back({edge.x, -1});
            if (edge.to < slow) in[edge.stop].push_back({edge.x, -1});
            if (edge.to < source && freedom == Freedom::synchronous)
                flow[edge.stop][edge.to].push_back({edge.x, 1});
            if (edge.from == source && edge.to == sink) {
                for (auto& terms : in) terms.push_back({edge.x, -1});
            }
            hold(item, edge, freedom);
        }
        milp_.row(text("leave[", t, ']'), exactly(1), leave);
        for (const ItemStop i : item.stops.ids()) {
            for (const State state : {pre, dram, slow}) {
                if (!flow[i][state].empty()) {
                    milp_.row(text("flow[", t, ',', i, ',', state, ']'), exactly(0), flow[i][state]);
                }
            }
            const Variable variable = milp_.variable(text("in[", t, ',', i, ']'), between(0, 1), 0);
            in_[t].push_back(variable);
            in[i].push_back({variable, 1});
            milp_.row(text("dram[", t, ',', i, ']'), exactly(0), in[i]);
            fits_[item.stops[i].step].push_back({variable, item.size});
        }
    }

    // The steps between two stops, or all others of the iteration, that an edge keeps its tensor in DRAM for.
    void hold(const Item& item, const Edge& edge, Freedom freedom) {
        const auto occupy = [&](int first, int last) {
            for (Step step = first; step < last; ++step) {
                fits_[step].push_back({edge.x, item.size});
            }
        };
        if (edge.from == source && edge.to == sink) {
            Step next = item.persistent ? Step(0) : item.stops.front().step;
            for (const Stop& stop : item.stops) {
                occupy(next, stop.step);
                next = stop.step + 1;
            }
            if (item.persistent) occupy(next, instance_.steps());
        } else if (freedom == Freedom::synchronous && edge.at == At::held && edge.to != sink) {
            occupy(item.stops[edge.stop - 1].step + 1, item.stops[edge.stop].step);
        }
    }

    void add_kernel(Step step) {
        const KernelTable& kernel = instance_.kernels[step];
        const std::size_t operands = kernel.stops().size();
        std::vector<Term<Variable>> one;
        for (std::uint64_t c = 0; c < std::uint64_t{1} << operands; ++c) {
            const Variable v = milp_.binary(text("v[", step, ',', c, ']'), scale_ * kernel.seconds(c));
            one.push_back({v, 1});
            std::vector<Term<Variable>> all{{v, 1}};
            double in_slow = 0;
            for (std::size_t i = 0; i < operands; ++i) {
                const auto& [item, stop] = kernel.stops()[i];
                const Variable in = in_[item][stop];
                const bool is_slow = (c >> i & 1U) != 0;
                milp_.row(text("only[", step, ',', c, ',', i, ']'), at_most(is_slow ? 1 : 0),
                          {{v, 1}, {in, is_slow ? 1.0 : -1.0}});
                all.push_back({in, is_slow ? 1.0 : -1.0});
                in_slow += is_slow;
            }
            milp_.row(text("all[", step, ',', c, ']'), at_least(1 + in_slow - static_cast<double>(operands)),
                      all);
        }
        milp_.row(text("one[", step, ']'), exactly(1), one);
    }

    const Instance& instance_;
    double scale_;
    Milp milp_;
    ByItem<std::vector<Edge>> edges_;
    ByItem<ByStop<Variable>> in_;
    ByStep<std::vector<Term<Variable>>> fits_;
};

}  // namespace

namespace {

constexpr std::size_t most_operands = 12;

std::string too_large(const Instance& instance) {
    for (Step step = 0; step < instance.steps(); ++step) {
        const std::size_t operands = instance.kernels[step].stops().size();
        if (operands <= most_operands) continue;
        return text(
            kernel_text(instance.problem.schedule, step), " has ", operands,
            " operands that may be in either memory, and the paper's formulation a binary for each of 2^",
            operands, " placements of them: at most 2^", most_operands, " are built; use that of routes");
    }
    return {};
}

Limits limits(const Milp& milp, const Effort& effort) {
    return {.pivots = effort.steps_left() / (milp.rows() + milp.columns()), .seconds = effort.seconds_left()};
}

// Routes within `room`, and the bound where it is higher than the one known.
Routes solve_once(const Instance& instance, const ByStep<Bytes>& room, Freedom freedom,
                  const SolverOptions& options, Effort& effort, Result& result) {
    PaperModel paper(instance, room, freedom);
    Milp& milp = paper.milp();
    if (options.keep_program) result.program = milp.print();
    result.rows = milp.rows();
    result.columns = milp.columns();
    const bool whole = result.refinements == 0;  // no room was cut: its bound is that of the problem
    Outcome outcome = milp.solve_lp(limits(milp, effort));
    effort.spend(static_cast<double>(milp.pivots()) * (milp.rows() + milp.columns()));
    if (outcome != Outcome::optimal) return least_routes(instance, freedom);
    if (whole) result.bound_s = paper.seconds(milp.objective());
    const int before = milp.pivots();
    outcome = milp.solve_mip(options.gap, limits(milp, effort));
    effort.spend(static_cast<double>(milp.pivots() - before) * (milp.rows() + milp.columns()));
    if (whole) result.bound_s = std::max(result.bound_s, paper.seconds(milp.bound()));
    const bool solved = outcome == Outcome::optimal || outcome == Outcome::feasible;
    return solved ? paper.routes() : least_routes(instance, freedom);
}

}  // namespace

Result paper_formulation(const Instance& instance, Freedom freedom, const SolverOptions& options) {
    Effort effort(options);
    const Problem& problem = instance.problem;
    Result result;
    if (freedom == Freedom::static_) result.reason = for_life_reason(instance);
    if (result.reason.empty()) result.reason = too_large(instance);
    if (!result.reason.empty()) return result;
    for (ByStep<Bytes> room = instance.room;; ++result.refinements) {
        const Routes routes = solve_once(instance, room, freedom, options, effort, result);
        framework::Plan plan = build_plan(instance, routes, problem.dram_budget).plan;
        if (plan.arena[framework::Tier::dram] <= problem.dram_budget) {
            result.plan = std::move(plan);
            break;
        }
        const auto out = overhang(problem.schedule, plan, problem.dram_budget);
        for (const Step step : out.ids()) room[step] = std::max<Bytes>(0, room[step] - out[step]);
    }
    result.predicted_s = predicted_seconds(problem, *result.plan);
    set_bound(result, instance, options, result.bound_s);
    set_effort(result, effort);
    return result;
}

}  // namespace optimizer

// Linear and mixed-integer programs: typed variables and named rows over GLPK, whose only home this is.
//
//     Milp milp;
//     const Variable x = milp.variable("x", at_least(0), 3.0);       // cost 3
//     const Row fits = milp.row("fits", at_most(10), {{x, 2.0}});    // 2 x <= 10
//
// Minimises. Columns and rows may be added between solves, which start from the basis of the last one. A call
// for which there is no memory throws Error; all programs of this thread are lost then.
#pragma once

#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/base/units.h"

namespace optimizer {

struct Variable {
    int index = 0;
};
struct Row {
    int index = 0;
};
template <class Of>
struct Term {
    Of of;
    double factor;
};

struct Range {
    double least = -std::numeric_limits<double>::infinity();
    double most = std::numeric_limits<double>::infinity();
};
constexpr Range at_least(double x) {
    return {.least = x};
}
constexpr Range at_most(double x) {
    return {.most = x};
}
constexpr Range exactly(double x) {
    return {x, x};
}
constexpr Range between(double least, double most) {
    return {least, most};
}

enum class Outcome {
    optimal,     // within the gap asked for
    feasible,    // stopped by a limit with a solution
    nothing,     // stopped by a limit without one
    infeasible,  // there is none
};

// What a solve is stopped by. Pivots are counted, so that the same program gets the same answer; nobody looks
// at the clock where `seconds` is infinite.
struct Limits {
    double pivots = std::numeric_limits<double>::infinity();
    framework::Seconds seconds = std::numeric_limits<double>::infinity();
};

class Milp {
  public:
    Milp();
    ~Milp();
    Milp(const Milp&) = delete;
    Milp& operator=(const Milp&) = delete;

    Variable variable(const std::string& name, Range range, double cost,
                      std::span<const Term<Row>> terms = {});
    Variable binary(const std::string& name, double cost, std::span<const Term<Row>> terms = {});
    Row row(const std::string& name, Range range, std::span<const Term<Variable>> terms = {});
    Row row(const std::string& name, Range range, std::initializer_list<Term<Variable>> terms) {
        return row(name, range, std::span(terms.begin(), terms.size()));
    }
    void set_range(Row row, Range range);
    void set_range(Variable variable, Range range);
    void set_cost(Variable variable, double cost);
    // The next solve starts from a basis in which the row holds with equality by this variable.
    void start_with(Variable variable, Row row);

    // The relaxation: binaries anywhere in [0, 1].
    Outcome solve_lp(const Limits& limits = {});
    // Branch and cut, until (objective − bound) / objective is at most `gap`. `start` is a solution known
    // already, by variable, or empty.
    Outcome solve_mip(double gap, const Limits& limits = {}, std::span<const double> start = {});

    double objective() const;  // of the last solve
    double bound() const;      // of the last solve_mip: no solution is below
    double value(Variable variable) const;
    double dual(Row row) const;  // of the last solve_lp

    int pivots() const;  // of all solves since it was made
    int rows() const;
    int columns() const;
    std::string print() const;  // in the CPLEX LP format

  private:
    struct Problem;
    std::unique_ptr<Problem> problem_;
};

std::string glpk_version();  // "5.0"

}  // namespace optimizer

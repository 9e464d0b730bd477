// Every number that says how near is near enough, with its reason.
#pragma once

namespace optimizer::tolerance {

// Of a kernel's all-DRAM time. Operands in slow memory whose times differ from the sum of what each adds
// alone by less do not interact: sums of measured times are rounded at 1e-16, and no measurement is this
// exact.
constexpr double interaction = 1e-9;

// Of a plan's time. A bound may be above it by so much and is then the plan's time: ten times what all
// kernels together may differ by `interaction`.
constexpr double bound_above_plan = 1e-8;

// Of one storage. A smaller share of a route is one that the simplex method left over: its own tolerance for
// values is 1e-7.
constexpr double share = 1e-6;

// Of Instance::units(), thousandths of the peak. Loads above the room by less are rounding.
constexpr double load = 1e-6;

// What the kernels' times add up to in a linear program: GLPK's tolerances are absolute, and made for numbers
// of this size.
constexpr double program_total = 1e4;

// In the units of such a program. A route that is cheaper by less is not worth a column: GLPK's reduced costs
// are exact to 1e-7 of numbers near one.
constexpr double reduced_cost = 1e-5;

// Of the value of a linear program. Nearer to its bound, further columns are not looked for.
constexpr double converged = 1e-7;

// Of a cost. A change of a placement that saves less is no improvement: it could be undone forever.
constexpr double improvement = 1e-12;

// In the same units. A kernel's hull that is above its functions by less is not worth a row.
constexpr double piece = 1e-5;

// Of the gap asked for. A search ends when it is so near by what holds of the usable room: of all the room
// the bound is a little lower (Instance::usable), and the result's gap is by that one.
constexpr double share_of_gap = 0.95;

}  // namespace optimizer::tolerance

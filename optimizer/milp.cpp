#include "optimizer/milp.h"

#include <cmath>

#include <glpk.h>
#include <locale.h>
#include <sys/mman.h>
#include <unistd.h>

#include "framework/error.h"
#include "framework/files.h"

namespace optimizer {

namespace {

int bounds_type(Range range) {
    const bool below = std::isfinite(range.least), above = std::isfinite(range.most);
    if (below && above) return range.least == range.most ? GLP_FX : GLP_DB;
    return below ? GLP_LO : above ? GLP_UP : GLP_FR;
}

int milliseconds(framework::Seconds limit) {
    return static_cast<int>(std::min(1e9, std::max(1.0, limit * 1e3)));
}

// What a branch and cut run tells its callback.
struct Search {
    std::vector<double> start;  // from index 1 on, as GLPK has it
    double bound = -std::numeric_limits<double>::infinity();
};

void watch(glp_tree* tree, void* info) {
    auto& search = *static_cast<Search*>(info);
    if (glp_ios_reason(tree) == GLP_IHEUR && !search.start.empty()) {
        glp_ios_heur_sol(tree, search.start.data());
        search.start.clear();
    }
    if (const int node = glp_ios_best_node(tree)) search.bound = glp_ios_node_bound(tree, node);
}

}  // namespace

struct Milp::Problem {
    glp_prob* lp = glp_create_prob();
    double bound = 0;
    bool integers = false;  // the last solve was branch and cut
};

Milp::Milp() : problem_(std::make_unique<Problem>()) {
    glp_term_out(GLP_OFF);
    glp_set_obj_dir(problem_->lp, GLP_MIN);
}

Milp::~Milp() {
    glp_delete_prob(problem_->lp);
}

namespace {

// GLPK's parallel arrays, from index 1 on.
template <class Of>
struct Packed {
    explicit Packed(std::span<const Term<Of>> terms) : index{0}, factor{0} {
        for (const auto& term : terms) {
            index.push_back(term.of.index);
            factor.push_back(term.factor);
        }
    }
    int size() const { return static_cast<int>(index.size()) - 1; }
    std::vector<int> index;
    std::vector<double> factor;
};

}  // namespace

Variable Milp::variable(const std::string& name, Range range, double cost, std::span<const Term<Row>> terms) {
    const Variable variable{glp_add_cols(problem_->lp, 1)};
    glp_set_col_name(problem_->lp, variable.index, name.c_str());
    glp_set_obj_coef(problem_->lp, variable.index, cost);
    const Packed<Row> packed(terms);
    glp_set_mat_col(problem_->lp, variable.index, packed.size(), packed.index.data(), packed.factor.data());
    set_range(variable, range);
    return variable;
}

Variable Milp::binary(const std::string& name, double cost, std::span<const Term<Row>> terms) {
    const Variable added = variable(name, between(0, 1), cost, terms);
    glp_set_col_kind(problem_->lp, added.index, GLP_IV);
    return added;
}

Row Milp::row(const std::string& name, Range range, std::span<const Term<Variable>> terms) {
    const Row row{glp_add_rows(problem_->lp, 1)};
    glp_set_row_name(problem_->lp, row.index, name.c_str());
    const Packed<Variable> packed(terms);
    glp_set_mat_row(problem_->lp, row.index, packed.size(), packed.index.data(), packed.factor.data());
    set_range(row, range);
    return row;
}

void Milp::set_range(Row row, Range range) {
    glp_set_row_bnds(problem_->lp, row.index, bounds_type(range), range.least, range.most);
}

void Milp::set_range(Variable variable, Range range) {
    glp_set_col_bnds(problem_->lp, variable.index, bounds_type(range), range.least, range.most);
}

void Milp::set_cost(Variable variable, double cost) {
    glp_set_obj_coef(problem_->lp, variable.index, cost);
}

void Milp::start_with(Variable variable, Row row) {
    glp_set_row_stat(problem_->lp, row.index, GLP_NS);
    glp_set_col_stat(problem_->lp, variable.index, GLP_BS);
}

Outcome Milp::solve_lp(framework::Seconds time_limit) {
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.tm_lim = milliseconds(time_limit);
    problem_->integers = false;
    // Where the basis that it starts from has gone bad, from one of its own.
    const int failure = glp_simplex(problem_->lp, &options);
    if (failure != GLP_ETMLIM && glp_get_status(problem_->lp) != GLP_OPT) {
        glp_adv_basis(problem_->lp, 0);
        glp_simplex(problem_->lp, &options);
    }
    switch (glp_get_status(problem_->lp)) {
        case GLP_OPT:
            return Outcome::optimal;
        case GLP_FEAS:
            return Outcome::feasible;
        case GLP_NOFEAS:
            return Outcome::infeasible;
        default:
            return Outcome::nothing;
    }
}

Outcome Milp::solve_mip(double gap, framework::Seconds time_limit, std::span<const double> start) {
    Search search;
    if (!start.empty()) {
        search.start.assign(1, 0.0);
        search.start.insert(search.start.end(), start.begin(), start.end());
    }
    glp_iocp options;
    glp_init_iocp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.tm_lim = milliseconds(time_limit);
    options.mip_gap = gap;
    // GLPK's own way to choose a branch looks at a row of the tableau for every fractional column, and not at
    // the clock meanwhile.
    constexpr int many_columns = 5000;
    if (columns() > many_columns) options.br_tech = GLP_BR_MFV;
    options.cb_func = watch;
    options.cb_info = &search;
    problem_->integers = true;
    const int failure = glp_intopt(problem_->lp, &options);
    const int status = glp_mip_status(problem_->lp);
    problem_->bound = search.bound;
    if (status == GLP_OPT && failure == 0) {
        problem_->bound =
            std::min(objective(), std::max(search.bound, objective() - gap * std::abs(objective())));
        return Outcome::optimal;
    }
    if (status == GLP_OPT || status == GLP_FEAS) {
        return failure == GLP_EMIPGAP ? Outcome::optimal : Outcome::feasible;
    }
    return status == GLP_NOFEAS ? Outcome::infeasible : Outcome::nothing;
}

double Milp::objective() const {
    return problem_->integers ? glp_mip_obj_val(problem_->lp) : glp_get_obj_val(problem_->lp);
}

double Milp::bound() const {
    return problem_->bound;
}

double Milp::value(Variable variable) const {
    return problem_->integers ? glp_mip_col_val(problem_->lp, variable.index)
                              : glp_get_col_prim(problem_->lp, variable.index);
}

double Milp::dual(Row row) const {
    return glp_get_row_dual(problem_->lp, row.index);
}

int Milp::rows() const {
    return glp_get_num_rows(problem_->lp);
}
int Milp::columns() const {
    return glp_get_num_cols(problem_->lp);
}

namespace {

// Of this thread: GLPK prints by the C library's locale, whose decimal point may be a comma.
class PlainNumbers {
  public:
    PlainNumbers() : plain_(newlocale(LC_ALL_MASK, "C", nullptr)), before_(uselocale(plain_)) {}
    ~PlainNumbers() {
        uselocale(before_);
        freelocale(plain_);
    }
    PlainNumbers(const PlainNumbers&) = delete;
    PlainNumbers& operator=(const PlainNumbers&) = delete;

  private:
    locale_t plain_, before_;
};

}  // namespace

// GLPK writes to a name and in place: to memory here, so that the file appears whole or not at all.
void Milp::write_lp(const std::string& file) const {
    const int memory = ::memfd_create("lp", MFD_CLOEXEC);
    framework::require<framework::DataError>(memory >= 0, file, ": no memory to write it from");
    const std::string name = framework::text("/proc/self/fd/", memory);
    std::vector<std::uint8_t> program;
    const PlainNumbers plain;
    const bool printed = glp_write_lp(problem_->lp, nullptr, name.c_str()) == 0;
    if (printed) program = framework::read_file(name);
    ::close(memory);
    framework::require<framework::DataError>(printed, file, ": GLPK cannot write the program");
    framework::write_file(file, program);
}

std::string glpk_version() {
    return glp_version();
}

}  // namespace optimizer

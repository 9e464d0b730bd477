#include "optimizer/search/milp.h"

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstring>

#include <glpk.h>
#include <locale.h>
#include <sys/mman.h>
#include <unistd.h>

#include "framework/base/error.h"
#include "framework/base/files.h"

namespace optimizer {

namespace {

int bounds_type(Range range) {
    const bool below = std::isfinite(range.least), above = std::isfinite(range.most);
    if (below && above) return range.least == range.most ? GLP_FX : GLP_DB;
    return below ? GLP_LO : above ? GLP_UP : GLP_FR;
}

constexpr int no_limit = std::numeric_limits<int>::max();  // as GLPK has it

int milliseconds(const Limits& limits) {
    if (std::isinf(limits.seconds)) return no_limit;
    return static_cast<int>(std::min(1e9, std::max(1.0, limits.seconds * 1e3)));
}

int most_pivots(const Limits& limits) {
    return static_cast<int>(std::clamp(limits.pivots, 1.0, static_cast<double>(no_limit)));
}

// What a branch and cut run tells its callback.
struct Search {
    std::vector<double> start;  // from index 1 on, as GLPK has it
    double bound = -std::numeric_limits<double>::infinity();
    int most_pivots = no_limit, pivots = 0;
};

void watch(glp_tree* tree, void* info) {
    auto& search = *static_cast<Search*>(info);
    if (glp_ios_reason(tree) == GLP_IHEUR && !search.start.empty()) {
        glp_ios_heur_sol(tree, search.start.data());
        search.start.clear();
    }
    if (const int node = glp_ios_best_node(tree)) search.bound = glp_ios_node_bound(tree, node);
    search.pivots = glp_get_it_cnt(glp_ios_get_prob(tree));
    if (search.pivots > search.most_pivots) glp_ios_terminate(tree);
}

// GLPK ends the process when it is refused memory or finds a fault of its own. Its error hook jumps out of it
// instead. The GLPK environment of this thread must then be freed, and all problems in it are lost.
thread_local std::jmp_buf way_out;
thread_local int environments_lost = 0;
thread_local char last_words[256];

void jump_out(void*) {
    std::longjmp(way_out, 1);
}

int keep_words(void*, const char* words) {
    if (std::strncmp(words, "Error detected in", 17) != 0)
        std::strncpy(last_words, words, sizeof last_words - 1);
    return 1;  // not to be printed
}

// False if GLPK did not come to the end of the call. Nothing between here and GLPK may need a destructor.
[[gnu::noinline]] bool completed(void (*call)(const void*), const void* lambda) {
    if (setjmp(way_out) != 0) return false;
    call(lambda);
    return true;
}

[[noreturn]] void give_up(int rows, int columns) {
    const std::string program =
        framework::text("a linear program of ", rows, " rows and ", columns, " columns");
    framework::require<framework::Error>(std::strstr(last_words, "memory") == nullptr, "out of memory in ",
                                         program, "; end other programs, or plan a smaller network");
    throw framework::Error("GLPK failed in " + program + ": " + last_words);
}

}  // namespace

struct Milp::Problem {
    Problem() {
        if (glp_init_env() == 2)
            throw framework::Error("out of memory before a linear program could be made");
        glp_term_hook(keep_words, nullptr);
        glp_error_hook(jump_out, nullptr);
        glp_term_out(GLP_OFF);
        call([this] { lp_ = glp_create_prob(); });
        glp_set_obj_dir(lp_, GLP_MIN);
    }
    ~Problem() {
        if (lp_ && environment_ == environments_lost) glp_delete_prob(lp_);
    }
    Problem(const Problem&) = delete;
    Problem& operator=(const Problem&) = delete;

    glp_prob* lp() const {
        if (environment_ != environments_lost) give_up(rows, columns);
        return lp_;
    }
    // For every call of GLPK that may need memory. Throws Error when memory runs out.
    template <class Lambda>
    void call(const Lambda& lambda) const {
        lp();
        if (completed([](const void* which) { (*static_cast<const Lambda*>(which))(); }, &lambda)) return;
        glp_free_env();
        ++environments_lost;
        give_up(rows, columns);
    }

    int rows = 0, columns = 0;
    double bound = 0;
    bool integers = false;  // the last solve was branch and cut
    int pivots = 0;         // of branch and cut

  private:
    glp_prob* lp_ = nullptr;
    int environment_ = environments_lost;
};

Milp::Milp() : problem_(std::make_unique<Problem>()) {}
Milp::~Milp() = default;

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
    Variable variable;
    const Packed<Row> packed(terms);
    glp_prob* lp = problem_->lp();
    problem_->call([&] {
        variable.index = glp_add_cols(lp, 1);
        glp_set_col_name(lp, variable.index, name.c_str());
        glp_set_obj_coef(lp, variable.index, cost);
        glp_set_mat_col(lp, variable.index, packed.size(), packed.index.data(), packed.factor.data());
    });
    problem_->columns = variable.index;
    set_range(variable, range);
    return variable;
}

Variable Milp::binary(const std::string& name, double cost, std::span<const Term<Row>> terms) {
    const Variable added = variable(name, between(0, 1), cost, terms);
    glp_set_col_kind(problem_->lp(), added.index, GLP_IV);
    return added;
}

Row Milp::row(const std::string& name, Range range, std::span<const Term<Variable>> terms) {
    Row row;
    const Packed<Variable> packed(terms);
    glp_prob* lp = problem_->lp();
    problem_->call([&] {
        row.index = glp_add_rows(lp, 1);
        glp_set_row_name(lp, row.index, name.c_str());
        glp_set_mat_row(lp, row.index, packed.size(), packed.index.data(), packed.factor.data());
    });
    problem_->rows = row.index;
    set_range(row, range);
    return row;
}

void Milp::set_range(Row row, Range range) {
    glp_set_row_bnds(problem_->lp(), row.index, bounds_type(range), range.least, range.most);
}

void Milp::set_range(Variable variable, Range range) {
    glp_set_col_bnds(problem_->lp(), variable.index, bounds_type(range), range.least, range.most);
}

void Milp::set_cost(Variable variable, double cost) {
    glp_set_obj_coef(problem_->lp(), variable.index, cost);
}

void Milp::start_with(Variable variable, Row row) {
    glp_set_row_stat(problem_->lp(), row.index, GLP_NS);
    glp_set_col_stat(problem_->lp(), variable.index, GLP_BS);
}

Outcome Milp::solve_lp(const Limits& limits) {
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.tm_lim = milliseconds(limits);
    options.it_lim = most_pivots(limits);
    problem_->integers = false;
    // Where the basis that it starts from has gone bad, from one of its own.
    glp_prob* lp = problem_->lp();
    problem_->call([&] {
        const int failure = glp_simplex(lp, &options);
        if (failure != GLP_ETMLIM && failure != GLP_EITLIM && glp_get_status(lp) != GLP_OPT) {
            glp_adv_basis(lp, 0);
            glp_simplex(lp, &options);
        }
    });
    switch (glp_get_status(lp)) {
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

Outcome Milp::solve_mip(double gap, const Limits& limits, std::span<const double> start) {
    Search search;
    search.most_pivots = most_pivots(limits);
    if (!start.empty()) {
        search.start.assign(1, 0.0);
        search.start.insert(search.start.end(), start.begin(), start.end());
    }
    glp_iocp options;
    glp_init_iocp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.tm_lim = milliseconds(limits);
    options.mip_gap = gap;
    // GLPK's own way to choose a branch looks at a row of the tableau for every fractional column, and not at
    // the clock meanwhile.
    constexpr int many_columns = 5000;
    if (columns() > many_columns) options.br_tech = GLP_BR_MFV;
    options.cb_func = watch;
    options.cb_info = &search;
    problem_->integers = true;
    glp_prob* lp = problem_->lp();
    int failure = 0;
    problem_->call([&] { failure = glp_intopt(lp, &options); });
    const int status = glp_mip_status(lp);
    problem_->pivots += search.pivots;
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
    return problem_->integers ? glp_mip_obj_val(problem_->lp()) : glp_get_obj_val(problem_->lp());
}

double Milp::bound() const {
    return problem_->bound;
}

double Milp::value(Variable variable) const {
    return problem_->integers ? glp_mip_col_val(problem_->lp(), variable.index)
                              : glp_get_col_prim(problem_->lp(), variable.index);
}

double Milp::dual(Row row) const {
    return glp_get_row_dual(problem_->lp(), row.index);
}

int Milp::pivots() const {
    return glp_get_it_cnt(problem_->lp()) + problem_->pivots;
}

int Milp::rows() const {
    return problem_->rows;
}
int Milp::columns() const {
    return problem_->columns;
}

namespace {

// Of this thread: GLPK prints by the C library's locale, whose decimal point may be a comma.
class PlainNumbers {
  public:
    PlainNumbers() : plain_(newlocale(LC_ALL_MASK, "C", nullptr)) {
        framework::require<framework::Error>(plain_ != nullptr, "out of memory to print a linear program");
        before_ = uselocale(plain_);
    }
    ~PlainNumbers() {
        uselocale(before_);
        freelocale(plain_);
    }
    PlainNumbers(const PlainNumbers&) = delete;
    PlainNumbers& operator=(const PlainNumbers&) = delete;

  private:
    locale_t plain_, before_;
};

struct MemoryFile {
    int descriptor = ::memfd_create("lp", MFD_CLOEXEC);
    ~MemoryFile() { ::close(descriptor); }
};

}  // namespace

// GLPK writes to a name, in place: here to memory, so that a caller can write the file as a whole.
std::string Milp::print() const {
    const PlainNumbers plain;
    const MemoryFile memory;
    const std::string name = framework::text("/proc/self/fd/", memory.descriptor);
    glp_prob* lp = problem_->lp();
    bool printed = false;
    problem_->call([&] { printed = glp_write_lp(lp, nullptr, name.c_str()) == 0; });
    framework::require<framework::Error>(memory.descriptor >= 0 && printed,
                                         "out of memory to print a linear program of ", rows(), " rows and ",
                                         columns(), " columns");
    const std::vector<std::uint8_t> text = framework::read_file(name);
    return {text.begin(), text.end()};
}

std::string glpk_version() {
    return glp_version();
}

}  // namespace optimizer

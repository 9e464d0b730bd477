// Command lines: one argument after the other with a zero byte between. If the first argument names a
// program, its main() reads the others as its flags and does no work. Else they are flags that the programs
// share, and the words behind these flags are read too.
#include <algorithm>
#include <array>
#include <iostream>
#include <sstream>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/options.h"
#include "experiments/sweep/budgets.h"
#include "framework/plan/machine.h"
#include "runtime/data/dataset.h"
#include "runtime/memory/slow_memory.h"
#include "tests/fuzz/harness.h"

// The programs' own main(), which experiments/meson.build renames.
int autotm_worker_main(int argc, char** argv);
int dataset_main(int argc, char** argv);
int demo_main(int argc, char** argv);
int evaluate_main(int argc, char** argv);
int layout_main(int argc, char** argv);
int plan_main(int argc, char** argv);
int predict_main(int argc, char** argv);
int predicted_kernels_main(int argc, char** argv);
int profile_main(int argc, char** argv);
int sweep_main(int argc, char** argv);
int train_main(int argc, char** argv);

namespace {

struct Program {
    const char* name;
    int (*main)(int argc, char** argv);
};
constexpr std::array<Program, 11> programs{{{"autotm_worker", autotm_worker_main},
                                            {"dataset", dataset_main},
                                            {"demo", demo_main},
                                            {"evaluate", evaluate_main},
                                            {"layout", layout_main},
                                            {"plan", plan_main},
                                            {"predict", predict_main},
                                            {"predicted_kernels", predicted_kernels_main},
                                            {"profile", profile_main},
                                            {"sweep", sweep_main},
                                            {"train", train_main}}};

// What is printed on a stream meanwhile.
class Capture {
  public:
    explicit Capture(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
    ~Capture() { stream_.rdbuf(before_); }
    Capture(const Capture&) = delete;
    Capture& operator=(const Capture&) = delete;

    std::string text() const { return text_.str(); }

  private:
    std::ostringstream text_;
    std::ostream& stream_;
    std::streambuf* before_;
};

int parse_shared(int argc, char** argv) {
    CLI::App app("Reads flags.", "train");
    experiments::ModelFlags model;
    experiments::PlacementFlags placement;
    experiments::OutputFlags output;
    std::string data = "synthetic";
    std::vector<std::string> shares;
    model.add_to(app);
    placement.add_to(app);
    output.add_to(app);
    app.add_option("--data", data, "images");
    app.add_option("--shares", shares, "DRAM budgets")->delimiter(',');
    return experiments::run(app, argc, argv, [&] {
        runtime::data::parse_spec(data);
        for (const std::string& share : shares) experiments::sweep::dram_of_share(share);
        if (!placement.machine.empty()) framework::load_machine(placement.machine);
        experiments::dram_budget(placement.dram, framework::Bytes{1} << 40);
    });
}

int parse(std::vector<std::string> arguments) {
    const auto program = std::ranges::find_if(
        programs, [&](const Program& p) { return !arguments.empty() && arguments.front() == p.name; });
    experiments::only_flags = program != programs.end();
    if (!experiments::only_flags) arguments.insert(arguments.begin(), "train");
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int argc = static_cast<int>(arguments.size());
    return experiments::only_flags ? program->main(argc, argv.data()) : parse_shared(argc, argv.data());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<std::string> arguments;
    std::istringstream split(std::string(data, data + size));
    for (std::string argument; std::getline(split, argument, '\0');) arguments.push_back(argument);
    std::string said;
    int code = 0;
    {
        const Capture out(std::cout), err(std::cerr);
        code = parse(arguments);
        said = err.text();
    }
    const auto refuse = [&] {
        if (code == 0) return;
        if (said.empty() || said.back() != '\n') throw std::logic_error("a refusal is no line: " + said);
        said.pop_back();
        throw framework::UsageError(said);
    };
    return fuzz::judge(refuse, {data, size});
}

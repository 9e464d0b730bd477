// Command lines: the flags that the programs share and the words that they read, one argument after the other
// with a zero byte between. Nothing is run.
#include <iostream>
#include <sstream>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/options.h"
#include "framework/machine.h"
#include "runtime/data/dataset.h"
#include "runtime/slow_memory.h"
#include "tests/fuzz/harness.h"

namespace {

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

int parse(std::vector<std::string>& arguments) {
    CLI::App app("Reads flags.", "train");
    experiments::ModelFlags model;
    experiments::PlacementFlags placement;
    experiments::OutputFlags output;
    std::string data = "synthetic";
    std::vector<int> shares;
    model.add_to(app);
    placement.add_to(app);
    output.add_to(app);
    app.add_option("--data", data, "images");
    experiments::add_numbers(app, "--shares", shares, {1, 100}, "DRAM, in percent");
    std::vector<char*> argv{const_cast<char*>("train")};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    return experiments::run(app, static_cast<int>(argv.size()), argv.data(), [&] {
        runtime::data::parse_spec(data);
        if (!placement.machine.empty()) framework::load_machine(placement.machine);
        experiments::dram_budget(placement.dram, framework::Bytes{1} << 40);
    });
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

#include "framework/machine.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <initializer_list>
#include <string_view>

#include <toml++/toml.h>

#include "framework/error.h"
#include "framework/files.h"
#include "framework/numbers.h"

namespace framework {

namespace {

// What a kernel does, by operand of Schedule::operands(step).
struct Traffic {
    double flops = 0;
    std::vector<double> read, written;  // bytes
    double largest_result = 0;
};

Traffic traffic_of(const Graph& graph, const Schedule& schedule, int step) {
    const OpNode& node = graph.op(schedule.op(step));
    const auto& operands = schedule.operands(step);
    Traffic traffic{0, std::vector<double>(operands.size()), std::vector<double>(operands.size()), 0};
    Types in, out;
    const auto count = [&](TensorId id, std::vector<double>& bytes, Types& types) {
        const auto at =
            std::find(operands.begin(), operands.end(), schedule.storage_of(id)) - operands.begin();
        types.push_back(graph.tensor(id).type);
        bytes[static_cast<std::size_t>(at)] = static_cast<double>(graph.tensor(id).bytes);
        return static_cast<double>(graph.tensor(id).bytes);
    };
    for (const TensorId id : node.inputs) count(id, traffic.read, in);
    for (const TensorId id : node.outputs) {
        const double bytes = count(id, traffic.written, out);
        traffic.largest_result = std::max(traffic.largest_result, bytes);
    }
    traffic.flops = 2.0 * static_cast<double>(multiply_adds(node.op, in, out));
    return traffic;
}

// 1: 1x1, 2: larger along one side alone, 3: along both; 0: the op has no window.
int window_of(const Graph& graph, const OpNode& node) {
    const auto of = [](const Shape& w) { return w.rank() < 4 ? 0 : 1 + (w[2] > 1) + (w[3] > 1); };
    if (std::holds_alternative<Conv2d>(node.op)) return of(graph.tensor(node.inputs[1]).type.shape);
    if (std::holds_alternative<Conv2dBackwardData>(node.op))
        return of(graph.tensor(node.inputs[0]).type.shape);
    if (const auto* op = std::get_if<Conv2dBackwardWeights>(&node.op)) return of(op->w);
    return 0;
}

const KernelRule& rule_of(const Machine& machine, const Graph& graph, const OpNode& node,
                          const Traffic& traffic) {
    const int window = window_of(graph, node);
    const auto fits = [&](const KernelRule& rule) {
        return (rule.kind == "*" || rule.kind == kind_of(node.op)) &&
               (rule.window == 0 || rule.window == window) &&
               static_cast<double>(rule.output_above) < traffic.largest_result + (rule.output_above == 0);
    };
    return *std::find_if(machine.rules.begin(), machine.rules.end(), fits);  // the last one fits all
}

// What any machine stays within, and what all arithmetic on sizes and times stays finite for.
constexpr Interval<double> rate{1, 1e18};          // bytes, or operations, in a second
constexpr Interval<double> latency{0, 1e3};        // seconds
constexpr Interval<double> written_bytes{0, 100};  // that cross the bus for one that is written

// Rates of a Machine that was made in code may be anything; no solver is to meet what follows from them.
Seconds checked(Seconds time, const Machine& machine, const KernelRule& rule, const OpNode& node) {
    require<DataError>(
        time > 0 && std::isfinite(time), "machine ", machine.name, ": kernel ", node.name, " would take ",
        print_number(time), " s, by dram bytes_per_s = ", print_number(machine.dram_bytes_per_s),
        ", flops_per_s = ", print_number(rule.flops_per_s),
        ", read bytes_per_s = ", print_number(rule.read_bytes_per_s),
        ", write bytes_per_s = ", print_number(rule.write_bytes_per_s), "; rates must be ", describe(rate));
    return time;
}

void check_copies(const Machine& machine) {
    for (const CopyCost& cost : {machine.to_dram, machine.to_slow}) {
        require<DataError>(rate.holds(cost.bytes_per_s) && latency.holds(cost.latency), "machine ",
                           machine.name, ": copies have bytes_per_s = ", print_number(cost.bytes_per_s),
                           " and latency_s = ", print_number(cost.latency), "; the rate must be ",
                           describe(rate), ", the latency ", describe(latency));
    }
}

class Reader {
  public:
    Reader(const toml::table& table, std::string where) : table_(table), where_(std::move(where)) {}

    double number(const char* key, const Interval<double>& interval) const {
        require<DataError>(table_.contains(key), where_, ": ", key, " is missing");
        const auto found = table_[key].value<double>();
        require<DataError>(found.has_value(), where_, ": ", key, " is not ", describe(interval));
        require<DataError>(interval.holds(*found), where_, ": ", key, " = ", print_number(*found), " is not ",
                           describe(interval));
        return *found;
    }
    double number(const char* key, const Interval<double>& interval, double otherwise) const {
        return table_.contains(key) ? number(key, interval) : otherwise;
    }
    const std::string& where() const { return where_; }
    std::string word(const char* key) const {
        const auto found = table_[key].value<std::string>();
        require<DataError>(found && !found->empty(), where_, ": ", key, " must be a word in quotes");
        return *found;
    }
    Reader table(const char* key) const {
        require<DataError>(table_[key].is_table(), where_, ": [", key, "] is missing");
        return {*table_[key].as_table(), where_ + ": " + key};
    }
    // Of a misspelt one a default would be taken in its place.
    void knows_only(std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, value] : table_) {
            require<DataError>(std::ranges::find(keys, key.str()) != keys.end(), where_, ": there is no ",
                               in_quotes(key.str()), "; ", text_of(keys), " are what it may say");
        }
    }
    Join join() const {
        const std::string rule = word("join");
        require<DataError>(rule == "add" || rule == "overlap", where_,
                           ": join is \"add\" or \"overlap\", not ", in_quotes(rule));
        return rule == "add" ? Join::add : Join::overlap;
    }

  private:
    static std::string text_of(std::initializer_list<std::string_view> keys) {
        std::string all;
        for (const std::string_view key : keys) all += text(all.empty() ? "" : ", ", key);
        return all;
    }

    const toml::table& table_;
    std::string where_;
};

KernelRule read_rule(const Reader& in) {
    const Reader read = in.table("read"), write = in.table("write");
    in.knows_only({"kind", "window", "output_above_bytes", "flops_per_s", "read", "write"});
    for (const Reader& operand : {read, write}) operand.knows_only({"join", "bytes_per_s"});
    const double window = in.number("window", {-1e9, 1e9}, 0);
    require<DataError>(window == 0 || window == 1 || window == 2 || window == 3, in.where(),
                       ": window is 1 (1x1), 2 (1xK or Kx1) or 3 (larger along both sides), not ",
                       print_number(window));
    return {.kind = in.word("kind"),
            .window = static_cast<int>(window),
            .output_above = static_cast<Bytes>(in.number("output_above_bytes", {0, most_bytes}, 0)),
            .flops_per_s = in.number("flops_per_s", rate, 0),
            .read = read.join(),
            .write = write.join(),
            .read_bytes_per_s = read.number("bytes_per_s", rate),
            .write_bytes_per_s = write.number("bytes_per_s", rate)};
}

std::string find_file(const std::string& name) {
    const auto is_file = [](const std::string& path) {
        std::error_code error;
        return std::filesystem::is_regular_file(path, error);
    };
    for (const char* folder : {AUTOTM_SOURCE_MACHINES, AUTOTM_MACHINES}) {
        const std::string file = std::string(folder) + "/" + name + ".toml";
        if (is_file(file)) return file;
    }
    if (is_file(name)) return name;
    throw DataError(text("machine ", in_quotes(name),
                         ": no such file, and none of ours: those are \"paper\" and \"cxl\""));
}

}  // namespace

Machine load_machine(const std::string& name) {
    const std::string file = find_file(name);
    toml::table table;
    try {
        const std::vector<std::uint8_t> content = read_file(file);
        table = toml::parse(std::string(content.begin(), content.end()));
    } catch (const toml::parse_error& error) {
        throw DataError(
            text(file, ": line ", error.source().begin.line, ", column ", error.source().begin.column,
                 " is not TOML; write tables and \"key = value\" as ", AUTOTM_MACHINES, "/paper.toml does"));
    }
    const Reader root(table, file);
    const Reader dram = root.table("dram"), copy = root.table("copy");
    root.knows_only({"name", "dram", "copy", "kernel"});
    dram.knows_only({"bytes_per_s", "write_traffic"});
    copy.knows_only({"to_dram_bytes_per_s", "to_slow_bytes_per_s", "beside_to_dram_bytes_per_s",
                     "beside_to_slow_bytes_per_s", "latency_s"});
    const auto cost = [&](const char* key) {
        return CopyCost{copy.number("latency_s", latency, 0), copy.number(key, rate)};
    };
    Machine machine{.name = root.word("name"),
                    .dram_bytes_per_s = dram.number("bytes_per_s", rate),
                    .write_traffic = dram.number("write_traffic", written_bytes, 1),
                    .to_dram = cost("to_dram_bytes_per_s"),
                    .to_slow = cost("to_slow_bytes_per_s"),
                    .beside_to_dram = cost("beside_to_dram_bytes_per_s"),
                    .beside_to_slow = cost("beside_to_slow_bytes_per_s"),
                    .rules = {}};
    const toml::array* rules = table["kernel"].as_array();
    require<DataError>(rules != nullptr && !rules->empty(), file, ": there is no [[kernel]]");
    for (const toml::node& node : *rules) {
        require<DataError>(node.is_table(), file, ": kernel is written as [[kernel]]");
        machine.rules.push_back(
            read_rule(Reader(*node.as_table(), text(file, ": kernel ", machine.rules.size() + 1))));
    }
    const KernelRule& last = machine.rules.back();
    require<DataError>(last.kind == "*" && last.window == 0 && last.output_above == 0, file,
                       ": the last [[kernel]] must be for any: kind = \"*\"");
    return machine;
}

Machine Machine::scaled(double factor) const {
    Machine result = *this;
    result.dram_bytes_per_s *= factor;
    for (CopyCost* cost :
         {&result.to_dram, &result.to_slow, &result.beside_to_dram, &result.beside_to_slow}) {
        cost->bytes_per_s *= factor;
    }
    for (KernelRule& rule : result.rules) {
        rule.flops_per_s *= factor;
        rule.read_bytes_per_s *= factor;
        rule.write_bytes_per_s *= factor;
    }
    return result;
}

Seconds Machine::all_dram_seconds(const Graph& graph, const Schedule& schedule, int step) const {
    const Traffic traffic = traffic_of(graph, schedule, step);
    const KernelRule& rule = rule_of(*this, graph, graph.op(schedule.op(step)), traffic);
    double bytes = 0;
    for (const double read : traffic.read) bytes += read;
    for (const double written : traffic.written) bytes += write_traffic * written;
    const Seconds compute = rule.flops_per_s > 0 ? traffic.flops / rule.flops_per_s : 0;
    return checked(std::max(compute, bytes / dram_bytes_per_s), *this, rule, graph.op(schedule.op(step)));
}

Seconds Machine::seconds(const Graph& graph, const Schedule& schedule, int step, TierMask slow,
                         Seconds all_dram) const {
    const Traffic traffic = traffic_of(graph, schedule, step);
    const KernelRule& rule = rule_of(*this, graph, graph.op(schedule.op(step)), traffic);
    double read = 0, written = 0;
    for (std::size_t i = 0; i < traffic.read.size(); ++i) {
        if ((slow >> i & 1U) == 0) continue;
        read += traffic.read[i];
        written += traffic.written[i];
    }
    // A kernel that is bound by memory no longer takes those bytes from DRAM.
    const bool bound_by_memory = rule.flops_per_s == 0;
    Seconds time = all_dram;
    if (bound_by_memory) {
        const double from_dram =
            (rule.read == Join::add ? read : 0) + (rule.write == Join::add ? write_traffic * written : 0);
        time = std::max(0.0, time - from_dram / dram_bytes_per_s);
    }
    const auto join = [&](Join how, Seconds traffic_s) {
        time = how == Join::add ? time + traffic_s : std::max(time, traffic_s);
    };
    join(rule.read, read / rule.read_bytes_per_s);
    join(rule.write, written / rule.write_bytes_per_s);
    return checked(time, *this, rule, graph.op(schedule.op(step)));
}

Profile simulate(const Graph& graph, const Schedule& schedule, const Machine& machine) {
    check_copies(machine);
    Profile profile{.kernels = {}, .to_dram = machine.to_dram, .to_slow = machine.to_slow};
    for (int step = 0; step < schedule.steps(); ++step) {
        KernelProfile& kernel = profile.kernels.emplace_back();
        const Seconds all_dram = machine.all_dram_seconds(graph, schedule, step);
        for (const TierMask slow : placements_to_time(graph, schedule, step).masks) {
            kernel.timings.push_back({slow, machine.seconds(graph, schedule, step, slow, all_dram), 0});
        }
    }
    return profile;
}

}  // namespace framework

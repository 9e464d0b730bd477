// Reads a machine from its TOML file.
#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <string_view>

#include <toml++/toml.h>

#include "framework/base/data_files.h"
#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/plan/machine.h"
#include "framework/plan/machine_ranges.h"

namespace framework {

namespace {

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
    bool has(const char* key) const { return table_.contains(key); }
    bool yes(const char* key) const {
        if (!table_.contains(key)) return false;
        require<DataError>(table_[key].is_boolean(), where_, ": ", key, " must be true or false");
        return table_[key].value_or(false);
    }
    Reader table(const char* key) const {
        require<DataError>(table_[key].is_table(), where_, ": [", key, "] is missing");
        return {*table_[key].as_table(), where_ + ": " + key};
    }
    // Refuses unknown keys: for a misspelt key the default would be used silently.
    void knows_only(std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, value] : table_) {
            require<DataError>(std::ranges::find(keys, key.str()) != keys.end(), where_, ": there is no ",
                               in_quotes(key.str()), "; ", text_of(keys), " are what it may say");
        }
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
    in.knows_only({"kind", "window", "strided", "block_above_bytes", "flops_per_s", "hidden",
                   "loop_bytes_per_s", "input_passes", "slow_write_bytes_per_s", "dirty_share", "start_s"});
    const double window = in.number("window", {-1e9, 1e9}, 0);
    require<DataError>(window == 0 || window == 1 || window == 2 || window == 3, in.where(),
                       ": window is 1 (1x1), 2 (1xK or Kx1) or 3 (larger along both sides), not ",
                       print_number(window));
    const KernelRule otherwise;
    return {.kind = in.word("kind"),
            .window = static_cast<int>(window),
            .strided = in.yes("strided"),
            .block_above = static_cast<Bytes>(in.number("block_above_bytes", {0, most_bytes}, 0)),
            .flops_per_s = in.number("flops_per_s", rate_range, 0),
            .hidden = in.number("hidden", share_range, otherwise.hidden),
            .loop_bytes_per_s = in.number("loop_bytes_per_s", rate_range, 0),
            .input_passes = in.number("input_passes", traffic_range, otherwise.input_passes),
            .slow_write_bytes_per_s = in.number("slow_write_bytes_per_s", rate_range, 0),
            .dirty_share = in.number("dirty_share", share_range, otherwise.dirty_share),
            .start = in.number("start_s", latency_range, 0)};
}

void read_dram(const Reader& in, Machine& machine) {
    in.knows_only({"bytes_per_s", "write_traffic"});
    machine.dram_bytes_per_s = in.number("bytes_per_s", rate_range);
    machine.write_traffic = in.number("write_traffic", traffic_range, 1);
}

void read_copies(const Reader& in, Machine& machine) {
    in.knows_only({"to_dram_bytes_per_s", "to_slow_bytes_per_s", "beside_to_dram_bytes_per_s",
                   "beside_to_slow_bytes_per_s", "latency_s"});
    const auto cost = [&](const char* key) {
        return CopyCost{in.number("latency_s", latency_range, 0), in.number(key, rate_range)};
    };
    machine.copy = copy_costs(cost("to_dram_bytes_per_s"), cost("to_slow_bytes_per_s"));
    machine.copy_beside = copy_costs(cost("beside_to_dram_bytes_per_s"), cost("beside_to_slow_bytes_per_s"));
}

void read_slow(const Reader& in, Machine& machine) {
    in.knows_only({"read_bytes_per_s", "write_bytes_per_s"});
    machine.slow_read_bytes_per_s = in.number("read_bytes_per_s", rate_range);
    machine.slow_write_bytes_per_s = in.number("write_bytes_per_s", rate_range);
}

void read_cache(const Reader& in, Machine& machine) {
    in.knows_only({"bytes", "dirty_bytes", "dirty_share"});
    machine.cache_bytes = in.number("bytes", {0, most_bytes});
    machine.dirty_bytes = in.number("dirty_bytes", {0, most_bytes}, 0);
    machine.dirty_share = in.number("dirty_share", share_range, 0);
}

MemoryModeRates read_memory_mode(const Reader& in) {
    in.knows_only({"fill_bytes_per_s", "write_back_bytes_per_s"});
    return {.fill_bytes_per_s = in.number("fill_bytes_per_s", rate_range),
            .write_back_bytes_per_s = in.number("write_back_bytes_per_s", rate_range)};
}

// The path of the machine of this name, if it comes with the library.
std::string bundled(const std::string& name) {
    return data_file("machines/" + name + ".toml", "framework/plan/machines/" + name + ".toml").string();
}

std::string find_file(const std::string& name) {
    const auto is_file = [](const std::string& path) {
        std::error_code error;
        return std::filesystem::is_regular_file(path, error);
    };
    if (std::string file = bundled(name); is_file(file)) return file;
    if (is_file(name)) return name;
    throw DataError(
        text("machine ", in_quotes(name),
             ": no such file, and no bundled machine has this name; they are \"paper\" and \"cxl\""));
}

toml::table parse(const std::string& file, const std::string& content, bool first = true) try {
    return toml::parse(content);
} catch (const toml::parse_error& error) {
    // toml++ also reports refused memory as a mistake in the text, so parse again: a real mistake recurs.
    if (first) return parse(file, content, false);
    throw DataError(text(file, ": line ", error.source().begin.line, ", column ", error.source().begin.column,
                         " is not TOML; write tables and \"key = value\" as ", bundled("paper"), " does"));
}

}  // namespace

Machine load_machine(const std::string& name) {
    const std::string file = find_file(name);
    const std::vector<std::uint8_t> content = read_file(file);
    const toml::table table = parse(file, {content.begin(), content.end()});
    const Reader root(table, file);
    root.knows_only({"name", "dram", "slow", "cache", "copy", "memory_mode", "kernel"});
    Machine machine;
    machine.name = root.word("name");
    read_dram(root.table("dram"), machine);
    read_copies(root.table("copy"), machine);
    read_slow(root.table("slow"), machine);
    if (root.has("cache")) read_cache(root.table("cache"), machine);
    if (root.has("memory_mode")) machine.memory_mode = read_memory_mode(root.table("memory_mode"));
    const toml::array* rules = table["kernel"].as_array();
    require<DataError>(rules != nullptr && !rules->empty(), file, ": there is no [[kernel]]");
    for (const toml::node& node : *rules) {
        require<DataError>(node.is_table(), file, ": kernel is written as [[kernel]]");
        machine.rules.push_back(
            read_rule(Reader(*node.as_table(), text(file, ": kernel ", machine.rules.size() + 1))));
    }
    const KernelRule& last = machine.rules.back();
    require<DataError>(last.kind == "*" && last.window == 0 && !last.strided && last.block_above == 0, file,
                       ": the last [[kernel]] must be for any: kind = \"*\"");
    return machine;
}

}  // namespace framework

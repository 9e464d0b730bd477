#include "optimizer/proof/document.h"

#include <algorithm>
#include <span>

#include "framework/base/error.h"
#include "framework/base/json.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"

namespace optimizer {

using framework::Bytes;
using framework::DataError;
using framework::Field;
using framework::text;
using framework::Tier;
using framework::TierMask;
using Json = nlohmann::json;

namespace {

constexpr int version = 4;
constexpr Bytes most_bytes = Bytes{1} << 60;
constexpr int most_index = 1 << 30;

// An object with these fields and no others.
class Object {
  public:
    Object(const Field& field, std::span<const char* const> required, std::span<const char* const> optional)
        : field_(field) {
        for (const char* name : required) field[name];
        for (const auto& [name, value] : field.members()) {
            const auto is = [&name = name](const char* known) { return name == known; };
            if (!std::ranges::any_of(required, is) && !std::ranges::any_of(optional, is))
                value.fail("no field of this name, which the format does not have");
        }
    }
    Field operator[](const char* name) const { return field_[name]; }
    bool has(const char* name) const { return field_.contains(name); }

  private:
    Field field_;
};

Object object(const Field& field, std::initializer_list<const char*> required,
              std::initializer_list<const char*> optional = {}) {
    return {field, {required.begin(), required.size()}, {optional.begin(), optional.size()}};
}

Integer decimal(const Field& field, bool may_be_negative = false) {
    const std::string word = field.word();
    const auto value = parse_decimal(word);
    if (!value || (word.starts_with('-') && !may_be_negative))
        field.fail(text("a decimal number in quotes, ", may_be_negative ? "" : "not negative, ",
                        "below 1e20, of at most ", decimal_places, " places after the point"));
    return *value;
}

Bytes bytes(const Field& field, Bytes least = 0) {
    return field.whole<Bytes>(least, most_bytes);
}
int index(const Field& field) {
    return field.whole(0, most_index);
}

Tier tier(const Field& field) {
    const std::string word = field.word();
    if (word != "dram" && word != "slow") field.fail("\"dram\" or \"slow\"");
    return word == "dram" ? Tier::dram : Tier::slow;
}

framework::TierSet tiers(const Field& field) {
    bool dram = false, slow = false;
    for (const Field& element : field.list()) {
        bool& one = tier(element) == Tier::dram ? dram : slow;
        if (one) element.fail("each tier once");
        one = true;
    }
    if (!dram) field.fail("\"dram\" in it");
    return slow ? framework::TierSet{Tier::dram, Tier::slow} : framework::TierSet{Tier::dram};
}

framework::Storage storage(const Field& field) {
    const Object json = object(field, {"name", "bytes", "first", "last", "persistent"});
    framework::Storage made;
    made.name = shown_name(json["name"].word());
    made.bytes = bytes(json["bytes"]);
    made.live = {index(json["first"]), index(json["last"])};
    made.persistent = json["persistent"].flag();
    return made;
}

framework::KernelUses kernel(const Field& field) {
    const Object json = object(field, {"name", "operands", "times"});
    framework::KernelUses made{.name = shown_name(json["name"].word()), .operands = {}};
    for (const Field& element : json["operands"].list()) {
        const Object operand = object(element, {"storage", "reads", "writes"}, {"tiers"});
        auto& one = made.operands.emplace_back();
        one.storage = index(operand["storage"]);
        one.reads = operand["reads"].flag();
        one.writes = operand["writes"].flag();
        if (operand.has("tiers")) one.tiers = tiers(operand["tiers"]);
    }
    return made;
}

std::vector<StoredTime> times(const Field& field, std::size_t operands) {
    std::vector<StoredTime> made;
    for (const Field& element : field.list()) {
        const Object json = object(element, {"slow", "seconds"}, {"spread_s"});
        StoredTime& time = made.emplace_back();
        for (const Field& position : json["slow"].list()) {
            if (operands == 0) position.fail("no operand: the kernel has none");
            const TierMask bit = TierMask{1} << position.whole(0, static_cast<int>(operands) - 1);
            if ((time.slow & bit) != 0) position.fail("each operand once");
            time.slow |= bit;
        }
        time.seconds = decimal(json["seconds"]);
        if (json.has("spread_s")) time.spread_s = nearest_double(decimal(json["spread_s"]));
    }
    std::ranges::stable_sort(made, {}, &StoredTime::slow);  // all in DRAM first
    return made;
}

StoredCopy copy(const Field& field) {
    const Object json = object(field, {"latency_s", "bytes_per_s"}, {"threads"});
    StoredCopy made{.latency_s = decimal(json["latency_s"]), .bytes_per_s = decimal(json["bytes_per_s"])};
    if (made.bytes_per_s < decimal_one()) json["bytes_per_s"].fail("a rate of at least 1");
    if (json.has("threads")) made.threads = json["threads"].whole(0, 1 << 20);
    return made;
}

framework::Plan plan(const Field& field) {
    const Object json = object(field, {"dram_bytes", "slow_bytes", "residencies", "moves"});
    framework::Plan made;
    made.arena[Tier::dram] = bytes(json["dram_bytes"]);
    made.arena[Tier::slow] = bytes(json["slow_bytes"]);
    for (const Field& element : json["residencies"].list()) {
        const Object r = object(element, {"storage", "tier", "first", "last", "offset"});
        made.residencies.push_back({index(r["storage"]),
                                    tier(r["tier"]),
                                    {index(r["first"]), index(r["last"])},
                                    bytes(r["offset"])});
    }
    for (const Field& element : json["moves"].list()) {
        const Object m = object(element, {"storage", "to", "step"});
        made.moves.push_back(framework::move_at(index(m["step"]), index(m["storage"]), tier(m["to"])));
    }
    return made;
}

Claims claims(const Field& field) {
    const Object json =
        object(field, {"placement", "predicted_s", "bound_s", "gap", "gap_asked_for", "status"});
    return {.placement = json["placement"].word(),
            .status = json["status"].word(),
            .predicted_s = decimal(json["predicted_s"]),
            .bound_s = decimal(json["bound_s"]),
            .gap = decimal(json["gap"]),
            .gap_asked_for = decimal(json["gap_asked_for"])};
}

SolverRun solver(const Field& field) {
    const Object json = object(field, {"seconds", "rows", "columns", "refinements"});
    return {json["seconds"].number(0, 1e9), json["rows"].whole(), json["columns"].whole(),
            json["refinements"].whole()};
}

constexpr const char* may_words[] = {"slow", "fetched", "held"};

StoredBranch branch(const Field& field) {
    const Object json = object(field, {"under", "functions", "prices"});
    StoredBranch made;
    for (const Field& element : json["under"].list()) {
        const Object r = object(element, {"storage", "stop", "may"});
        StoredRestriction one{index(r["storage"]), index(r["stop"]), 0};
        for (const Field& word : r["may"].list()) {
            const auto* const found = std::ranges::find(may_words, word.word());
            if (found == std::end(may_words)) word.fail("\"slow\", \"fetched\" or \"held\"");
            const auto bit = static_cast<unsigned char>(1U << (found - std::begin(may_words)));
            if ((one.may & bit) != 0) word.fail("each of them once");
            one.may |= bit;
        }
        made.under.push_back(one);
    }
    made.functions = index(json["functions"]);
    for (const Field& element : json["prices"].list()) {
        const Object p = object(element, {"step", "s_per_gib"});
        made.prices.push_back({index(p["step"]), decimal(p["s_per_gib"])});
    }
    return made;
}

StoredCertificate certificate(const Field& field) {
    const Object json = object(field, {"moving", "functions", "branches"});
    StoredCertificate made{.moving = json["moving"].flag(), .functions = {}, .branches = {}};
    for (const Field& list : json["functions"].list()) {
        std::vector<StoredFunction>& functions = made.functions.emplace_back();
        for (const Field& element : list.list()) {
            const Object f = object(element, {"kernel", "constant_s", "penalties_s"});
            StoredFunction& function = functions.emplace_back();
            function.kernel = index(f["kernel"]);
            function.constant_s = decimal(f["constant_s"], true);
            for (const Field& penalty : f["penalties_s"].list())
                function.penalties_s.push_back(decimal(penalty, true));
        }
    }
    for (const Field& element : json["branches"].list()) made.branches.push_back(branch(element));
    return made;
}

Origin origin(const Field& field) {
    const Object json = object(field, {"mode", "host", "machine", "machine_scale", "one_by_one"});
    return {.mode = json["mode"].word(),
            .host = json["host"].word(),
            .machine = json["machine"].word(),
            .machine_scale = json["machine_scale"].number(0, 1e9),
            .one_by_one = json["one_by_one"].flag()};
}

// Whether the file is of this format and version; says so where it is not.
void check_format(const framework::JsonFile& file) {
    const Field root = file.root();
    const auto is = [&](const char* name, const Json& wanted) {  // to the JSON library 4.0 equals 4
        return root.contains(name) && root[name].value() == wanted && !root[name].value().is_number_float();
    };
    framework::require<DataError>(is("format", "autotm plan") && is("version", version), file.name(),
                                  ": is no plan or problem of version ", version,
                                  "; write it again with plan --save");
}

}  // namespace

std::string shown_name(const std::string& name) {
    const std::string quoted = framework::in_quotes(name, 100);
    return quoted.substr(1, quoted.size() - 2);
}

Origin read_origin(const framework::JsonFile& file) {
    check_format(file);
    if (!file.root().contains("origin")) file.root().fail("a field \"origin\" in it");
    return origin(file.root()["origin"]);
}

PlanDocument read_document(const framework::JsonFile& file) {
    check_format(file);
    const Object json =
        object(file.root(), {"format", "version", "dram_budget_bytes", "copy", "storages", "kernels"},
               {"slow_capacity_bytes", "origin", "claims", "plan", "certificate", "solver"});
    std::vector<framework::Storage> storages;
    for (const Field& element : json["storages"].list()) storages.push_back(storage(element));
    std::vector<framework::KernelUses> kernels;
    framework::Indexed<framework::Step, std::vector<StoredTime>> all_times;
    for (const Field& element : json["kernels"].list()) {
        kernels.push_back(kernel(element));
        const std::size_t operands = kernels.back().operands.size();
        if (operands > framework::Schedule::most_operands)
            element.fail(text("a kernel of at most ", framework::Schedule::most_operands, " operands"));
        all_times.push_back(times(element["times"], operands));
    }
    if (kernels.empty()) json["kernels"].fail("a list of at least 1");
    const Object copies = object(json["copy"], {"to_dram", "to_slow"});
    const auto schedule = [&] {
        try {
            return framework::Schedule(kernels, std::move(storages));
        } catch (const DataError& error) {
            throw DataError(text(file.name(), ": ", error.what()));
        }
    };
    PlanDocument document{.schedule = schedule(),
                          .times = std::move(all_times),
                          .to_dram = copy(copies["to_dram"]),
                          .to_slow = copy(copies["to_slow"]),
                          .dram_budget = bytes(json["dram_budget_bytes"]),
                          .solution = {},
                          .origin = {}};
    if (json.has("slow_capacity_bytes")) document.slow_capacity = bytes(json["slow_capacity_bytes"], 1);
    if (json.has("origin")) document.origin = origin(json["origin"]);
    if (json.has("claims") || json.has("plan") || json.has("certificate") || json.has("solver")) {
        document.solution = Solution{.claims = claims(json["claims"]),
                                     .plan = plan(json["plan"]),
                                     .certificate = certificate(json["certificate"]),
                                     .solver = {}};
        if (json.has("solver")) document.solution->solver = solver(json["solver"]);
    }
    return document;
}

namespace {

Json positions_of(TierMask slow) {
    Json list = Json::array();
    for (int i = 0; i < 64; ++i) {
        if ((slow >> i & 1U) != 0) list.push_back(i);
    }
    return list;
}

Json storages_json(const framework::Schedule& schedule) {
    Json list = Json::array();
    for (const framework::Storage& s : schedule.storages()) {
        list.push_back({{"name", framework::utf8(s.name)},
                        {"bytes", s.bytes},
                        {"first", int{s.live.first}},
                        {"last", int{s.live.last}},
                        {"persistent", s.persistent}});
    }
    return list;
}

Json kernels_json(const PlanDocument& document) {
    Json list = Json::array();
    const framework::Schedule& schedule = document.schedule;
    for (framework::Step step = 0; step < schedule.steps(); ++step) {
        Json operands = Json::array(), times = Json::array();
        for (const framework::StorageId storage : schedule.operands(step)) {
            const framework::Use& use = schedule.storages()[storage].use_at(step);
            Json& operand = operands.emplace_back(
                Json{{"storage", int{storage}}, {"reads", use.reads}, {"writes", use.writes}});
            if (!use.may_be_slow()) operand["tiers"] = Json::array({name_of(Tier::dram)});
        }
        for (const StoredTime& time : document.times[step]) {
            times.push_back({{"slow", positions_of(time.slow)}, {"seconds", print_decimal(time.seconds)}});
            if (time.spread_s > 0) times.back()["spread_s"] = print_decimal(decimal_of(time.spread_s));
        }
        list.push_back({{"name", framework::utf8(schedule.kernel(step))},
                        {"operands", std::move(operands)},
                        {"times", std::move(times)}});
    }
    return list;
}

Json copy_json(const StoredCopy& copy) {
    return {{"latency_s", print_decimal(copy.latency_s)},
            {"bytes_per_s", print_decimal(copy.bytes_per_s)},
            {"threads", copy.threads}};
}

Json plan_json(const framework::Plan& plan) {
    Json residencies = Json::array(), moves = Json::array();
    for (const framework::Residency& r : plan.residencies) {
        residencies.push_back({{"storage", int{r.storage}},
                               {"tier", name_of(r.tier)},
                               {"first", int{r.live.first}},
                               {"last", int{r.live.last}},
                               {"offset", r.offset}});
    }
    for (const framework::Move& m : plan.moves)
        moves.push_back({{"storage", int{m.storage}}, {"to", name_of(m.to)}, {"step", int{m.due}}});
    return {{"dram_bytes", plan.arena[Tier::dram]},
            {"slow_bytes", plan.arena[Tier::slow]},
            {"residencies", std::move(residencies)},
            {"moves", std::move(moves)}};
}

Json branch_json(const StoredBranch& branch) {
    Json under = Json::array(), prices = Json::array();
    for (const StoredRestriction& r : branch.under) {
        Json may = Json::array();
        for (std::size_t bit = 0; bit < std::size(may_words); ++bit) {
            if ((r.may >> bit & 1) != 0) may.push_back(may_words[bit]);
        }
        under.push_back({{"storage", int{r.storage}}, {"stop", int{r.stop}}, {"may", std::move(may)}});
    }
    for (const StoredPrice& price : branch.prices)
        prices.push_back({{"step", int{price.step}}, {"s_per_gib", print_decimal(price.s_per_gib)}});
    return {{"under", std::move(under)}, {"functions", int{branch.functions}}, {"prices", std::move(prices)}};
}

Json certificate_json(const StoredCertificate& certificate) {
    Json functions = Json::array(), branches = Json::array();
    for (const auto& list : certificate.functions) {
        Json made = Json::array();
        for (const StoredFunction& f : list) {
            Json penalties = Json::array();
            for (const Integer& penalty : f.penalties_s) penalties.push_back(print_decimal(penalty));
            made.push_back({{"kernel", int{f.kernel}},
                            {"constant_s", print_decimal(f.constant_s)},
                            {"penalties_s", std::move(penalties)}});
        }
        functions.push_back(std::move(made));
    }
    for (const StoredBranch& branch : certificate.branches) branches.push_back(branch_json(branch));
    return {{"moving", certificate.moving},
            {"functions", std::move(functions)},
            {"branches", std::move(branches)}};
}

void add_solution(Json& json, const Solution& solution) {
    const Claims& claims = solution.claims;
    json["claims"] = {{"placement", claims.placement},
                      {"predicted_s", print_decimal(claims.predicted_s)},
                      {"bound_s", print_decimal(claims.bound_s)},
                      {"gap", print_decimal(claims.gap)},
                      {"gap_asked_for", print_decimal(claims.gap_asked_for)},
                      {"status", claims.status}};
    json["plan"] = plan_json(solution.plan);
    json["certificate"] = certificate_json(solution.certificate);
    json["solver"] = {{"seconds", solution.solver.seconds},
                      {"rows", solution.solver.rows},
                      {"columns", solution.solver.columns},
                      {"refinements", solution.solver.refinements}};
}

}  // namespace

std::string print_document(const PlanDocument& document) {
    Json json{{"format", "autotm plan"},
              {"version", version},
              {"dram_budget_bytes", document.dram_budget},
              {"copy", {{"to_dram", copy_json(document.to_dram)}, {"to_slow", copy_json(document.to_slow)}}},
              {"storages", storages_json(document.schedule)},
              {"kernels", kernels_json(document)}};
    if (document.slow_capacity > 0) json["slow_capacity_bytes"] = document.slow_capacity;
    if (document.origin) {
        const Origin& origin = *document.origin;
        json["origin"] = {{"mode", origin.mode},
                          {"host", origin.host},
                          {"machine", origin.machine},
                          {"machine_scale", origin.machine_scale},
                          {"one_by_one", origin.one_by_one}};
    }
    if (document.solution) add_solution(json, *document.solution);
    return framework::print_json(json) + '\n';
}

}  // namespace optimizer

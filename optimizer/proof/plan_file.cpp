#include "optimizer/proof/plan_file.h"

#include <algorithm>
#include <map>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/json.h"
#include "framework/base/text.h"
#include "optimizer/proof/plan_check.h"

namespace optimizer {

using framework::DataError;
using framework::Field;
using framework::require;
using framework::text;
using framework::Tier;
using Json = nlohmann::json;

namespace {

constexpr int version = 3;
constexpr framework::Bytes most_bytes = framework::Bytes{1} << 60;  // sums of two stay whole numbers
constexpr double most_seconds = 1e9;  // of a time or a price: what is more is no plan's

// A storage by its name, bytes and live range: two graphs that agree in all of them take the same plan.
Json storages_of(const framework::Schedule& schedule) {
    Json list = Json::array();
    for (const framework::Storage& storage : schedule.storages()) {
        list.push_back({framework::utf8(storage.name), storage.bytes, storage.live.first, storage.live.last});
    }
    return list;
}

Json plan_to_json(const framework::Plan& plan) {
    Json residencies = Json::array(), moves = Json::array();
    for (const framework::Residency& r : plan.residencies) {
        residencies.push_back({r.storage, name_of(r.tier), r.live.first, r.live.last, r.offset});
    }
    for (const framework::Move& m : plan.moves) moves.push_back({m.storage, name_of(m.to), m.step});
    return {{"dram_bytes", plan.dram_bytes},
            {"slow_bytes", plan.slow_bytes},
            {"residencies", std::move(residencies)},
            {"moves", std::move(moves)}};
}

framework::Bytes bytes_of(const Field& field) {
    return field.whole<framework::Bytes>(0, most_bytes);
}

Tier tier_of(const Field& field) {
    const std::string word = field.word();
    if (word != "dram" && word != "slow") field.fail("\"dram\" or \"slow\"");
    return word == "dram" ? Tier::dram : Tier::slow;
}

framework::Plan read_plan(const Field& json) {
    framework::Plan plan;
    plan.dram_bytes = bytes_of(json["dram_bytes"]);
    plan.slow_bytes = bytes_of(json["slow_bytes"]);
    for (const Field& field : json["residencies"].list()) {
        const auto r = field.list(5);
        plan.residencies.push_back(
            {r[0].whole(), tier_of(r[1]), {r[2].whole(), r[3].whole()}, bytes_of(r[4])});
    }
    for (const Field& field : json["moves"].list()) {
        const auto m = field.list(3);
        plan.moves.push_back({m[0].whole(), tier_of(m[1]), m[2].whole()});
    }
    return plan;
}

Json profile_to_json(const framework::Profile& profile) {
    const auto copy = [](const framework::CopyCost& cost) {
        return Json{cost.latency, cost.bytes_per_s, cost.threads};
    };
    Json kernels = Json::array();
    for (const framework::KernelProfile& kernel : profile.kernels) {
        Json timings = Json::array();
        for (const framework::Timing& t : kernel.timings) timings.push_back({t.slow, t.median, t.spread});
        kernels.push_back(std::move(timings));
    }
    return {{"to_dram", copy(profile.to_dram)},
            {"to_slow", copy(profile.to_slow)},
            {"kernels", std::move(kernels)}};
}

framework::Profile read_profile(const Field& json, int steps) {
    const auto seconds = [](const Field& field) { return field.number(0, most_seconds); };
    const auto copy = [&](const Field& field) {
        const auto c = field.list(3);
        return framework::CopyCost{seconds(c[0]), c[1].number(1, 1e18), c[2].whole(0, 1 << 20)};
    };
    framework::Profile profile{
        .kernels = {}, .to_dram = copy(json["to_dram"]), .to_slow = copy(json["to_slow"])};
    for (const Field& timings : json["kernels"].list(static_cast<std::size_t>(steps))) {
        framework::KernelProfile& kernel = profile.kernels.emplace_back();
        for (const Field& field : timings.list()) {
            const auto t = field.list(3);
            kernel.timings.push_back({t[0].whole<framework::TierMask>(), seconds(t[1]), seconds(t[2])});
        }
        if (kernel.timings.empty() || kernel.timings.front().slow != 0)
            timings.fail("the time with every operand in DRAM, [0, seconds, spread], first");
    }
    return profile;
}

Json claims_to_json(const SavedPlan& saved) {
    const Result& result = saved.result;
    return {{"placement", name_of(saved.placement)},
            {"dram_budget_bytes", saved.dram_budget},
            {"slow_capacity_bytes", saved.slow_capacity},
            {"predicted_s", result.predicted_s},
            {"solve_s", result.solve_s},
            {"rows", result.rows},
            {"columns", result.columns},
            {"refinements", result.refinements},
            {"gap_asked_for", saved.gap}};
}

void read_claims(const Field& claims, SavedPlan& saved) {
    try {
        saved.placement = parse_placement(claims["placement"].word());
    } catch (const framework::UsageError&) {
        claims["placement"].fail("the name of a placement");
    }
    saved.dram_budget = bytes_of(claims["dram_budget_bytes"]);
    saved.slow_capacity = bytes_of(claims["slow_capacity_bytes"]);
    Result& result = saved.result;
    result.predicted_s = claims["predicted_s"].number(0, most_seconds);
    result.solve_s = claims["solve_s"].number(0, most_seconds);
    result.rows = claims["rows"].whole();
    result.columns = claims["columns"].whole();
    result.refinements = claims["refinements"].whole();
    saved.gap = claims["gap_asked_for"].number(0, 1e9);
}

// Numbers that are mostly those of another list: [[index, value], ...] where they differ.
Json differences(const std::vector<double>& values, const std::vector<double>& from) {
    Json list = Json::array();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] != from[i]) list.push_back({i, values[i]});
    }
    return list;
}

std::vector<double> with_differences(std::vector<double> values, const Field& list, double least) {
    for (const Field& field : list.list()) {
        const auto difference = field.list(2);
        if (values.empty()) field.fail("no difference from an empty list");
        values[difference[0].whole<std::size_t>(0, values.size() - 1)] =
            difference[1].number(least, most_seconds);
    }
    return values;
}

// Functions after those of the first case, and prices, as differences: from the first, from nothing.
Json certificate_to_json(const Certificate& certificate) {
    std::map<KernelFunctions const*, std::size_t> known;
    Json functions = Json::array(), cases = Json::array();
    const KernelFunctions& first = *certificate.cases.front().proof->kernels;
    for (const Certificate::Case& one : certificate.cases) {
        const Proof& proof = *one.proof;
        const auto [found, is_new] = known.try_emplace(proof.kernels.get(), functions.size());
        if (is_new && functions.empty()) {
            functions.push_back({first.constants, first.penalties});
        } else if (is_new) {
            functions.push_back({differences(proof.kernels->constants, first.constants),
                                 differences(proof.kernels->penalties, first.penalties)});
        }
        Json under = Json::array();
        for (const Restriction& r : one.under) under.push_back({r.stop, r.allowed});
        const std::vector<double> nothing(proof.price.size(), 0.0);
        cases.push_back({std::move(under), found->second, differences(proof.price, nothing)});
    }
    return {{"moving", certificate.moving},
            {"functions_s", std::move(functions)},
            {"cases_under_functions_price_s_per_gib", std::move(cases)}};
}

Certificate read_certificate(const Field& json) {
    Certificate certificate{.moving = json["moving"].flag(), .cases = {}};
    std::vector<std::shared_ptr<const KernelFunctions>> functions;
    for (const Field& field : json["functions_s"].list()) {
        const auto f = field.list(2);
        KernelFunctions made;
        if (functions.empty()) {
            made = {f[0].numbers(-most_seconds, most_seconds), f[1].numbers(-most_seconds, most_seconds)};
        } else {
            made = {with_differences(functions.front()->constants, f[0], -most_seconds),
                    with_differences(functions.front()->penalties, f[1], -most_seconds)};
        }
        functions.push_back(std::make_shared<KernelFunctions>(std::move(made)));
    }
    if (functions.empty()) json["functions_s"].fail("a list of at least 1");
    for (const Field& field : json["cases_under_functions_price_s_per_gib"].list()) {
        const auto c = field.list(3);
        Certificate::Case& one = certificate.cases.emplace_back();
        for (const Field& restriction : c[0].list()) {
            const auto r = restriction.list(2);
            one.under.push_back({r[0].whole(), r[1].whole<unsigned char>()});
        }
        Proof proof;
        proof.kernels = functions[c[1].whole<std::size_t>(0, functions.size() - 1)];
        proof.price = with_differences(std::vector<double>(proof.kernels->constants.size(), 0.0), c[2], 0);
        one.proof = std::make_shared<Proof>(std::move(proof));
    }
    return certificate;
}

// Whether the file is a plan of this version; says so where it is not.
void check_format(const framework::JsonFile& file) {
    const Field root = file.root();
    require<DataError>(root.contains("format") && root["format"].value() == "autotm plan" &&
                           root.contains("version") && root["version"].value() == version,
                       file.name(), ": is no plan of version ", version, "; make it anew with plan --save");
}

}  // namespace

void save_plan(const std::string& file, const framework::Schedule& schedule, const SavedPlan& saved) {
    const Result& result = saved.result;
    require<DataError>(result.plan.has_value(), file, ": there is no plan to save: ", result.reason);
    const Json json{{"format", "autotm plan"},
                    {"version", version},
                    {"mode", saved.mode},
                    {"host", saved.host},
                    {"machine", saved.machine},
                    {"machine_scale", saved.machine_scale},
                    {"one_by_one", saved.one_by_one},
                    {"steps", schedule.steps()},
                    {"storages", storages_of(schedule)},
                    {"profile", profile_to_json(saved.profile)},
                    {"claims", claims_to_json(saved)},
                    {"certificate", certificate_to_json(result.certificate)},
                    {"plan", plan_to_json(*result.plan)}};
    framework::write_file(file, framework::print_json(json) + '\n');
}

std::string mode_of_plan(const std::string& file) {
    const framework::JsonFile json(file);
    check_format(json);
    return json.root()["mode"].word();
}

SavedPlan load_plan(const std::string& file, const framework::Graph& graph,
                    const framework::Schedule& schedule) {
    const framework::JsonFile json(file);
    check_format(json);
    const Field root = json.root();
    require<DataError>(
        root["steps"].whole() == schedule.steps() && root["storages"].value() == storages_of(schedule), file,
        ": it was made for another graph; make a plan for this one");
    SavedPlan saved;
    saved.mode = root["mode"].word();
    saved.host = root["host"].word();
    saved.one_by_one = root["one_by_one"].flag();
    saved.machine = root["machine"].word();
    saved.machine_scale = root["machine_scale"].number(0, 1e9);
    saved.profile = read_profile(root["profile"], schedule.steps());
    read_claims(root["claims"], saved);
    saved.result.certificate = read_certificate(root["certificate"]);
    saved.result.plan = read_plan(root["plan"]);
    try {
        check(saved, graph, schedule);
    } catch (const framework::Error& error) {
        throw DataError(text(file, ": ", error.what()));
    }
    return saved;
}

}  // namespace optimizer

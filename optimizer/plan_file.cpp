#include "optimizer/plan_file.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/files.h"
#include "optimizer/plan_check.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::text;
using framework::Tier;
using Json = nlohmann::json;

namespace {

constexpr int version = 3;

// A storage by its name, bytes and live range: two graphs that agree in all of them take the same plan.
Json storages_of(const framework::Graph& graph, const framework::Schedule& schedule) {
    Json list = Json::array();
    for (const framework::Storage& storage : schedule.storages()) {
        list.push_back(
            {graph.tensor(storage.tensor).name, storage.bytes, storage.live.first, storage.live.last});
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

Tier tier_of(const Json& name) {
    const auto word = name.get<std::string>();
    require<DataError>(word == "dram" || word == "slow", "\"", word, "\" is no tier");
    return word == "dram" ? Tier::dram : Tier::slow;
}

// Json itself turns 4294967296 into an int of 0, and 1.5 into 1.
template <class Whole>
Whole whole(const Json& number) {
    require<DataError>(
        number.is_number_integer() && std::in_range<Whole>(number.get<std::int64_t>()) &&
            (!number.is_number_unsigned() || std::in_range<Whole>(number.get<std::uint64_t>())),
        number.dump(), " stands where a whole number belongs");
    return number.get<Whole>();
}

framework::Plan plan_of_json(const Json& json) {
    const auto index = [](const Json& number) { return whole<int>(number); };
    framework::Plan plan;
    plan.dram_bytes = whole<framework::Bytes>(json.at("dram_bytes"));
    plan.slow_bytes = whole<framework::Bytes>(json.at("slow_bytes"));
    for (const Json& r : json.at("residencies")) {
        plan.residencies.push_back({index(r.at(0)),
                                    tier_of(r.at(1)),
                                    {index(r.at(2)), index(r.at(3))},
                                    whole<framework::Bytes>(r.at(4))});
    }
    for (const Json& m : json.at("moves"))
        plan.moves.push_back({index(m.at(0)), tier_of(m.at(1)), index(m.at(2))});
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

double time_of(const Json& json) {
    const double seconds = json.get<double>();
    require<DataError>(seconds >= 0, "a time is negative");
    return seconds;
}

framework::Profile profile_of_json(const Json& json, int steps) {
    const auto copy = [](const Json& c) {
        const framework::CopyCost cost{time_of(c.at(0)), c.at(1).get<double>(), c.at(2).get<int>()};
        require<DataError>(cost.bytes_per_s > 0, "copies have no rate");
        return cost;
    };
    framework::Profile profile{
        .kernels = {}, .to_dram = copy(json.at("to_dram")), .to_slow = copy(json.at("to_slow"))};
    for (const Json& timings : json.at("kernels")) {
        framework::KernelProfile& kernel = profile.kernels.emplace_back();
        for (const Json& t : timings)
            kernel.timings.push_back(
                {t.at(0).get<framework::TierMask>(), time_of(t.at(1)), time_of(t.at(2))});
        require<DataError>(!kernel.timings.empty() && kernel.timings.front().slow == 0,
                           "a kernel has no time in DRAM");
    }
    require<DataError>(std::ssize(profile.kernels) == steps, "it has not a time for every kernel");
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

void read_claims(const Json& claims, SavedPlan& saved) {
    saved.placement = parse_placement(claims.at("placement").get<std::string>());
    saved.dram_budget = whole<framework::Bytes>(claims.at("dram_budget_bytes"));
    saved.slow_capacity = whole<framework::Bytes>(claims.at("slow_capacity_bytes"));
    Result& result = saved.result;
    result.predicted_s = time_of(claims.at("predicted_s"));
    result.solve_s = time_of(claims.at("solve_s"));
    result.rows = whole<int>(claims.at("rows"));
    result.columns = whole<int>(claims.at("columns"));
    result.refinements = whole<int>(claims.at("refinements"));
    saved.gap = claims.at("gap_asked_for");
    require<DataError>(saved.gap >= 0 && result.rows >= 0 && result.columns >= 0 && result.refinements >= 0 &&
                           saved.dram_budget >= 0 && saved.slow_capacity >= 0,
                       "it claims numbers that there are none of");
}

// Numbers that are mostly those of another list: [[index, value], ...] where they differ.
Json differences(const std::vector<double>& values, const std::vector<double>& from) {
    Json list = Json::array();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] != from[i]) list.push_back({i, values[i]});
    }
    return list;
}

std::vector<double> with_differences(std::vector<double> values, const Json& list) {
    for (const Json& difference : list) values.at(difference.at(0).get<std::size_t>()) = difference.at(1);
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

Certificate certificate_of_json(const Json& json) {
    Certificate certificate{.moving = json.at("moving"), .cases = {}};
    std::vector<std::shared_ptr<const KernelFunctions>> functions;
    for (const Json& f : json.at("functions_s")) {
        KernelFunctions made;
        if (functions.empty()) {
            made = {f.at(0), f.at(1)};
        } else {
            made = {with_differences(functions.front()->constants, f.at(0)),
                    with_differences(functions.front()->penalties, f.at(1))};
        }
        functions.push_back(std::make_shared<KernelFunctions>(std::move(made)));
    }
    for (const Json& c : json.at("cases_under_functions_price_s_per_gib")) {
        Certificate::Case& one = certificate.cases.emplace_back();
        for (const Json& r : c.at(0)) one.under.push_back({r.at(0).get<int>(), r.at(1).get<unsigned char>()});
        Proof proof;
        proof.kernels = functions.at(c.at(1).get<std::size_t>());
        proof.price = with_differences(std::vector<double>(proof.kernels->constants.size(), 0.0), c.at(2));
        one.proof = std::make_shared<Proof>(std::move(proof));
    }
    return certificate;
}

Json parse(const std::string& file) {
    const std::vector<std::uint8_t> content = framework::read_file(file);
    try {
        Json json = Json::parse(content.begin(), content.end());
        require<DataError>(json.at("format") == "autotm plan" && json.at("version") == version, file,
                           ": it is no plan of version ", version, "; make it anew with plan --save");
        return json;
    } catch (const Json::exception& error) {
        throw DataError(text(file, ": damaged: ", error.what()));
    }
}

}  // namespace

void save_plan(const std::string& file, const framework::Graph& graph, const framework::Schedule& schedule,
               const SavedPlan& saved) {
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
                    {"storages", storages_of(graph, schedule)},
                    {"profile", profile_to_json(saved.profile)},
                    {"claims", claims_to_json(saved)},
                    {"certificate", certificate_to_json(result.certificate)},
                    {"plan", plan_to_json(*result.plan)}};
    framework::write_file(file, json.dump() + '\n');
}

std::string mode_of_plan(const std::string& file) {
    const Json json = parse(file);
    const auto mode = json.find("mode");
    require<DataError>(mode != json.end() && mode->is_string(), file,
                       ": damaged: it does not say how its times were found");
    return *mode;
}

SavedPlan load_plan(const std::string& file, const framework::Graph& graph,
                    const framework::Schedule& schedule) {
    const Json json = parse(file);
    SavedPlan saved;
    try {
        require<DataError>(
            json.at("steps") == schedule.steps() && json.at("storages") == storages_of(graph, schedule),
            "it was made for another graph; make a plan for this one");
        saved.mode = json.at("mode");
        saved.host = json.at("host");
        saved.one_by_one = json.at("one_by_one");
        saved.machine = json.at("machine");
        saved.machine_scale = json.at("machine_scale");
        saved.profile = profile_of_json(json.at("profile"), schedule.steps());
        read_claims(json.at("claims"), saved);
        saved.result.certificate = certificate_of_json(json.at("certificate"));
        saved.result.plan = plan_of_json(json.at("plan"));
        check(saved, graph, schedule);
    } catch (const Json::exception& error) {
        throw DataError(text(file, ": damaged: ", error.what()));
    } catch (const std::out_of_range& error) {
        throw DataError(text(file, ": damaged: ", error.what()));
    } catch (const framework::Error& error) {
        throw DataError(text(file, ": ", error.what()));
    }
    return saved;
}

}  // namespace optimizer

#include "optimizer/plan_file.h"

#include <nlohmann/json.hpp>

#include "framework/error.h"
#include "framework/files.h"

namespace optimizer {

using framework::DataError;
using framework::require;
using framework::text;
using framework::Tier;
using Json = nlohmann::json;

namespace {

constexpr int version = 1;

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

framework::Plan plan_of_json(const Json& json) {
    framework::Plan plan;
    plan.dram_bytes = json.at("dram_bytes");
    plan.slow_bytes = json.at("slow_bytes");
    for (const Json& r : json.at("residencies")) {
        plan.residencies.push_back({r.at(0), tier_of(r.at(1)), {r.at(2), r.at(3)}, r.at(4)});
    }
    for (const Json& m : json.at("moves")) plan.moves.push_back({m.at(0), tier_of(m.at(1)), m.at(2)});
    return plan;
}

}  // namespace

void save_plan(const std::string& file, const framework::Graph& graph, const framework::Schedule& schedule,
               const SavedPlan& saved) {
    const Result& result = saved.result;
    require<DataError>(result.plan.has_value(), file, ": there is no plan to save: ", result.reason);
    const Json json{{"format", "autotm plan"},
                    {"version", version},
                    {"steps", schedule.steps()},
                    {"storages", storages_of(graph, schedule)},
                    {"certificate",
                     {{"placement", name_of(saved.placement)},
                      {"dram_budget_bytes", saved.dram_budget},
                      {"optimal", result.status == Status::optimal},
                      {"predicted_s", result.predicted_s},
                      {"bound_s", result.bound_s},
                      {"gap", result.gap},
                      {"solve_s", result.solve_s},
                      {"rows", result.rows},
                      {"columns", result.columns},
                      {"refinements", result.refinements},
                      {"price_s_per_gib", result.price_s_per_gib}}},
                    {"plan", plan_to_json(*result.plan)}};
    framework::write_file(file, json.dump() + '\n');
}

SavedPlan load_plan(const std::string& file, const framework::Graph& graph,
                    const framework::Schedule& schedule) {
    const std::vector<std::uint8_t> content = framework::read_file(file);
    SavedPlan saved;
    try {
        const Json json = Json::parse(content.begin(), content.end());
        require<DataError>(json.at("format") == "autotm plan" && json.at("version") == version,
                           "it is no plan of version ", version);
        require<DataError>(
            json.at("steps") == schedule.steps() && json.at("storages") == storages_of(graph, schedule),
            "it was made for another graph; make a plan for this one");
        const Json& certificate = json.at("certificate");
        saved.placement = parse_placement(certificate.at("placement").get<std::string>());
        saved.dram_budget = certificate.at("dram_budget_bytes");
        Result& result = saved.result;
        result.status = certificate.at("optimal").get<bool>() ? Status::optimal : Status::feasible;
        result.predicted_s = certificate.at("predicted_s");
        result.bound_s = certificate.at("bound_s");
        result.gap = certificate.at("gap");
        result.solve_s = certificate.at("solve_s");
        result.rows = certificate.at("rows");
        result.columns = certificate.at("columns");
        result.refinements = certificate.at("refinements");
        result.price_s_per_gib = certificate.at("price_s_per_gib");
        result.plan = plan_of_json(json.at("plan"));
    } catch (const Json::exception& error) {
        throw DataError(text(file, ": damaged: ", error.what()));
    } catch (const framework::Error& error) {
        throw DataError(text(file, ": ", error.what()));
    }
    const std::string fault = framework::validate(graph, schedule, *saved.result.plan, saved.dram_budget);
    require<DataError>(fault.empty(), file, ": its plan does not hold: ", fault);
    return saved;
}

}  // namespace optimizer

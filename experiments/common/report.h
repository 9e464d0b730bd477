// The report of a run: JSON, SI units in the names, a field that does not apply is absent.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "experiments/common/planning.h"
#include "framework/base/json.h"
#include "runtime/session/training.h"

namespace experiments {

// An object starts as Json::object(). If memory for a first field is refused, operator[] leaves a null value
// in a state that its destructor crashes on.
using Json = nlohmann::ordered_json;

// program, version, commit, host, arguments, mode.
Json new_report(const std::string& program, std::span<char* const> arguments, const std::string& mode);

// The network as it runs: kernels and tensors are those of the schedule.
void report_model(Json& report, const ModelFlags& model, const session::Network& network);
// dram, plan, profile; in memory mode also cache.
void report_plan(Json& report, const PlacementFlags& flags, const PlannedNetwork& planned);
Json cache_report(const optimizer::MemoryMode& mode);
void report_profile(Json& report, const runtime::Measurement& measured);  // nothing where nothing was measured
void report_accuracy(Json& report, const runtime::Accuracy& accuracy);
void report_slow(Json& report, const runtime::SlowMemory& memory, framework::Bytes peak);
// memory: the peak of what the system held for this process since forget_peak_memory(), both arenas, and what
// it holds now: dram_resident_bytes, the pages of the DRAM arena; anonymous_bytes of DRAM, with that arena in
// it; and file_bytes, which make way where others need room.
void report_memory(Json& report, const runtime::session::Training* training = nullptr);
void forget_peak_memory();  // of what came before: profiling

// {count, median_s, min_s, max_s} of seconds; sorts a copy.
Json statistics(std::span<const double> seconds);
double median(std::span<const double> values);

std::string built_commit();  // what was built, as git describes it

// Written beside and renamed. Throws DataError.
void write_json(const std::filesystem::path& path, const Json& json);

}  // namespace experiments

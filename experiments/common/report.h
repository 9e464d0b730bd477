// The report of a run, as JSON. Names carry their SI units. A field that does not apply is absent.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "experiments/common/planning.h"
#include "framework/base/json.h"
#include "runtime/session/training.h"

namespace experiments {

// Start an object as Json::object(). On a null value, operator[] leaves a state on which the destructor
// crashes if memory for the first field is refused.
using Json = nlohmann::ordered_json;

// Returns a report with program, version, commit, host, arguments and mode.
Json new_report(const std::string& program, std::span<char* const> arguments, const std::string& mode);

// Adds the network as it runs: kernels and tensors are those of the schedule.
void report_model(Json& report, const ModelFlags& model, const session::Network& network);
// Adds dram, plan and profile; in memory mode also cache.
void report_plan(Json& report, const PlacementFlags& flags, const PlannedNetwork& planned);
Json cache_report(const optimizer::MemoryMode& mode);
void report_profile(Json& report,
                    const runtime::Measurement& measured);  // adds nothing if nothing was measured
void report_accuracy(Json& report, const runtime::Accuracy& accuracy);
void report_slow(Json& report, const runtime::SlowMemory& memory, framework::Bytes peak);
// Adds memory: the peak of resident bytes since forget_peak_memory(), and of a program that runs on `device`
// the sizes of both arenas and what is resident now. dram_resident_bytes are pages of the DRAM arena.
// anonymous_bytes are all DRAM of the process, including that arena. file_bytes are pages of files, which the
// system can take back.
void report_memory(Json& report);
void report_memory(Json& report, const runtime::Program& program, const runtime::HostDevice& device);
void forget_peak_memory();  // forgets the peak of earlier work, such as profiling

// Returns {count, median_s, min_s, max_s} of `seconds`.
Json statistics(std::span<const double> seconds);
double median(std::span<const double> values);

std::string built_commit();  // the commit that was built, by git describe

// Writes a file; an old one stays until the new one is complete. Throws DataError.
void write_json(const std::filesystem::path& path, const Json& json);

}  // namespace experiments

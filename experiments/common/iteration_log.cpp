#include "experiments/common/iteration_log.h"

#include <filesystem>

#include "experiments/common/report.h"
#include "framework/error.h"
#include "framework/files.h"

namespace experiments {

using framework::DataError;
using framework::require;

namespace {

std::string lines_before(std::int64_t first, const std::string& file) {
    std::ifstream log(file);
    std::string kept;
    for (std::string line; std::getline(log, line);) {
        const Json entry = Json::parse(line, nullptr, false);
        if (!entry.is_object() || !entry.contains("iteration")) continue;
        const Json& number = entry["iteration"];
        if (number.is_number_integer() && number.get<std::int64_t>() < first) kept += line + '\n';
    }
    return kept;
}

}  // namespace

IterationLog::IterationLog(const std::string& file, std::int64_t first) : file_(file) {
    std::error_code error;
    if (first > 0 && std::filesystem::is_regular_file(file, error))
        framework::write_file(file, lines_before(first, file));
    out_.open(file, first > 0 ? std::ios::app : std::ios::trunc);
    require<DataError>(out_.is_open(), "cannot write the log ", file,
                       ": make its folder, or name a file elsewhere");
}

void IterationLog::add(const runtime::IterationResult& result) {
    if (!out_.is_open()) return;
    out_ << Json{{"iteration", result.number},
                 {"loss", result.loss},
                 {"learning_rate", result.learning_rate},
                 {"iteration_s", result.time.total},
                 {"kernel_s", result.time.kernels},
                 {"move_s", result.time.moves},
                 {"wait_s", result.wait}}
                .dump()
         << '\n'
         << std::flush;
    require<DataError>(out_.good(), "the log ", file_,
                       " cannot be written any more (full disk?); the run stops at iteration ",
                       result.number + 1);
}

}  // namespace experiments

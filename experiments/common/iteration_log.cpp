#include "experiments/common/iteration_log.h"

#include <sstream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "experiments/common/report.h"
#include "experiments/common/signals.h"
#include "framework/base/error.h"
#include "framework/base/files.h"

namespace experiments {

using framework::DataError;
using framework::require;

namespace {

std::string lines_before(std::int64_t first, const std::string& file) {
    const std::vector<std::uint8_t> content = framework::read_file(file);
    std::istringstream log(std::string(content.begin(), content.end()));
    log.exceptions(std::ios::badbit);  // refused memory must not look like the end of the log
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
    if (first > 0 && framework::type_of(file) == std::filesystem::file_type::regular)
        framework::write_file(file, lines_before(first, file));
    const int beginning = first > 0 ? O_APPEND : O_TRUNC;
    descriptor_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | beginning, 0666);
    require<DataError>(descriptor_ >= 0, "the log ", file, " cannot be written: ", framework::obstacle());
}

IterationLog::~IterationLog() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

IterationLog::IterationLog(IterationLog&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

IterationLog& IterationLog::operator=(IterationLog&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

void IterationLog::add(const runtime::IterationResult& result) {
    if (descriptor_ < 0) return;
    const std::string line = framework::print_json(Json{{"iteration", result.number},
                                                        {"loss", result.loss},
                                                        {"learning_rate", result.learning_rate},
                                                        {"iteration_s", result.time.total},
                                                        {"kernel_s", result.time.kernels},
                                                        {"move_s", result.time.moves},
                                                        {"wait_s", result.wait}}) +
                             '\n';
    const bool written = framework::write_all(descriptor_, line.data(), line.size());
    require<DataError>(written || reader_is_gone(), "the log ", file_,
                       " cannot be written any more: ", framework::obstacle(),
                       "; the run stops at iteration ", result.number + 1);
}

}  // namespace experiments

#include "runtime/trace.h"

#include "framework/base/files.h"
#include "framework/base/json.h"

namespace runtime {

void Trace::add(const Executor& executor, std::int64_t iteration, framework::Seconds start) {
    runs_.push_back({iteration, start, executor.steps()});
}

namespace {

// For each step, the bytes that are copied between the previous kernel and the kernel of the step.
framework::Indexed<framework::Step, framework::Bytes> moved_before_kernels(const Program& program) {
    auto moved =
        framework::Indexed<framework::Step, framework::Bytes>::filled(program.schedule().steps() + 1);
    framework::Step step = 0;
    for (const framework::Instruction& instruction : program.instructions()) {
        if (const auto* copy = std::get_if<framework::Copy>(&instruction.what)) moved[step] += copy->bytes;
        if (std::holds_alternative<framework::Launch>(instruction.what)) ++step;
    }
    return moved;
}

}  // namespace

void Trace::write(const std::filesystem::path& path, const Program& program) const {
    using Json = nlohmann::ordered_json;
    constexpr double us = 1e6;  // the format counts in microseconds
    Json events = Json::array();
    const auto event = [&](const std::string& name, const char* category, int row, double start_s,
                           double length_s, Json about) {
        events.push_back({{"name", name},
                          {"cat", category},
                          {"ph", "X"},
                          {"pid", 1},
                          {"tid", row},
                          {"ts", start_s * us},
                          {"dur", length_s * us},
                          {"args", std::move(about)}});
    };
    for (const auto& [row, name] : {std::pair{1, "kernels"}, std::pair{2, "moves"}}) {
        events.push_back(
            {{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", row}, {"args", {{"name", name}}}});
    }
    const auto moved = moved_before_kernels(program);
    for (const Run& run : runs_) {
        for (const framework::Step step : run.steps.ids()) {
            const StepTime& time = run.steps[step];
            const framework::OpId id = program.schedule().op(step);
            const framework::OpNode& node = program.graph().op(id);
            if (moved[step] > 0) {
                event("moves before " + node.name, "move", 2, run.start + time.start, time.move,
                      {{"bytes", moved[step]}});
            }
            event(node.name, framework::kind_of(node.op), 1, run.start + time.start + time.move, time.kernel,
                  {{"implementation", program.kernels()[id].implementation},
                   {"attributes", framework::attributes(node.op)},
                   {"iteration", run.iteration}});
        }
    }
    const Json trace{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}};
    framework::write_file(path, framework::print_json(trace));
}

}  // namespace runtime

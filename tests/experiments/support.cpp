#include "tests/experiments/support.h"

#include <algorithm>
#include <cstring>

namespace fs = std::filesystem;

Arguments operator+(Arguments first, const Arguments& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

json read_json(const fs::path& path) {
    return json::parse(support::read_text(path));
}

json train_report(const TemporaryFolder& folder, const Arguments& arguments) {
    const fs::path report = folder / "report.json";
    fs::remove(report);
    const Finished run = run_program("train", arguments + Arguments{"--report", report.string()});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    return read_json(report);
}

std::string data_in(const TemporaryFolder& folder, const std::string& format) {
    const fs::path data = folder / "data";
    if (!fs::exists(data)) {
        const Finished run = run_program("dataset", {"make", data.string(), "--train", "40", "--test", "16",
                                                     "--images-per-class", "4", "--size", "32"});
        CAPTURE(run.err);
        REQUIRE(run.exit_code == 0);
    }
    return format + ":" + (data / format).string();
}

std::map<std::string, std::string> metadata_of(const fs::path& checkpoint) {
    const std::string content = support::read_text(checkpoint);
    std::uint64_t length = 0;
    std::memcpy(&length, content.data(), sizeof length);
    return json::parse(content.substr(sizeof length, length)).at("__metadata__");
}

std::int64_t iteration_of(const fs::path& checkpoint) {
    return std::stoll(metadata_of(checkpoint).at("iteration"));
}

void check_refusal(const Finished& run, int exit_code, const std::vector<std::string>& parts) {
    CAPTURE(run.err);
    CHECK_FALSE(run.timed_out);
    CHECK(run.exit_code == exit_code);
    // Notes may come before the refusal: one line that begins with the program's name.
    const std::size_t end = run.err.size() - std::min<std::size_t>(run.err.size(), 1);
    const std::size_t before = run.err.rfind('\n', end > 0 ? end - 1 : 0);
    const std::string refusal = run.err.substr(before == std::string::npos ? 0 : before + 1);
    const std::string program = refusal.substr(0, refusal.find(": ") + 1);
    CHECK(refusal.ends_with('\n'));
    CHECK(program.size() > 1);
    CHECK(program.find_first_of(" \n") == std::string::npos);
    CHECK(("\n" + run.err).find("\n" + program) == ("\n" + run.err).rfind("\n" + program));
    CHECK(mentions(refusal, parts));
}

void check_has(const json& object, const std::vector<const char*>& fields) {
    for (const char* field : fields) {
        CAPTURE(field);
        CHECK(object.contains(field));
    }
}

void check_common(const json& report, const char* program, const char* mode) {
    CHECK(report.at("program") == program);
    CHECK(report.at("mode") == mode);
    check_has(report, {"version", "commit", "arguments", "memory"});
    check_has(report.at("host"), {"cpu", "threads", "loops", "onednn", "glpk", "memkind"});
    check_has(report.at("model"), {"name", "parameters", "batch", "kernels", "tensors"});
    CHECK(report.at("memory").at("rss_peak_bytes") > 0);
}

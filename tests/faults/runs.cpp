#include "tests/faults/runs.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <set>
#include <sstream>
#include <utility>

namespace faults {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

// The number in an environment variable.
long number_of(const char* variable, long otherwise) {
    const char* value = std::getenv(variable);
    return value ? std::atol(value) : otherwise;
}

const std::set<std::string> durable{"write",    "sync",   "rename", "close",
                                    "truncate", "unlink", "mkdir",  "mode"};

// A file's bytes, or the names and bytes of all files in a folder.
std::string content(const fs::path& path) {
    if (!fs::is_directory(path)) return support::read_text(path);
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(path)] = support::read_text(entry.path());
    std::string all;
    for (const auto& [name, bytes] : files) all.append(name).append("\n").append(bytes).append("\n");
    return all;
}

std::vector<json> entries_of(const std::string& log) {
    std::vector<json> entries;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) entries.push_back(json::parse(line, nullptr, false));
    return entries;
}

// One line for each iteration from the first on, and no fewer than before.
bool whole_log(const std::string& now) {
    std::int64_t next = 0;
    for (const json& entry : entries_of(now))
        if (!entry.is_object() || entry.value("iteration", -1) != next++) return false;
    return now.empty() || now.ends_with('\n');
}

bool whole_checkpoint(const std::string& now) {
    std::uint64_t length = 0;
    if (now.size() < sizeof length) return false;
    std::memcpy(&length, now.data(), sizeof length);
    if (length > now.size() - sizeof length) return false;
    const json header = json::parse(now.substr(sizeof length, length), nullptr, false);
    std::uint64_t end = 0;
    for (const auto& [name, tensor] : header.items())
        if (name != "__metadata__") end = std::max(end, tensor["data_offsets"][1].get<std::uint64_t>());
    return now.size() == sizeof length + length + end;
}

// A cache also knows all kernels that it knew before.
bool whole_json(const std::string& now, const std::string& before) {
    const json ours = json::parse(now, nullptr, false), theirs = json::parse(before, nullptr, false);
    if (ours.is_discarded()) return false;
    const auto is_cache = [](const json& file) {
        return file.contains("kernels") && file["kernels"].is_object();
    };
    if (!is_cache(ours) || !is_cache(theirs)) return true;
    return std::ranges::all_of(theirs["kernels"].items(),
                               [&](const auto& kernel) { return ours["kernels"].contains(kernel.key()); });
}

bool whole(const fs::path& path, const std::string& before) {
    const std::string now = content(path), kind = path.extension();
    if (kind == ".json") return whole_json(now, before);
    if (kind == ".jsonl") return whole_log(now);
    if (kind == ".safetensors") return whole_checkpoint(now);
    if (kind == ".lp") return now.find("\nEnd\n") != std::string::npos;
    return now.ends_with('\n');
}

}  // namespace

Stage::Stage()
    : work_(fs::canonical(folder_.path()) / "work"),
      before_(folder_ / "before"),
      report_(folder_ / "report") {
    fs::create_directory(work_);
    fs::create_directory(before_);
}

Finished Stage::run(const Subject& subject, const Fault& fault) {
    Arguments arguments = subject.arguments;
    for (std::string& argument : arguments)
        if (const auto at = argument.find('@'); at != std::string::npos)
            argument.replace(at, 1, work_.string());
    Fault variables{
        {"LD_PRELOAD", SHIM}, {"FAULT_FOLDER", work_.string()}, {"FAULT_REPORT", report_.string()}};
    variables.insert(fault.begin(), fault.end());
    fs::remove(report_);
    return run_program(subject.program, arguments, variables);
}

void Stage::keep() {
    fs::remove_all(before_);
    fs::copy(work_, before_, fs::copy_options::recursive);
}

void Stage::put_back() {
    fs::remove_all(work_);
    fs::copy(before_, work_, fs::copy_options::recursive);
}

void Stage::learn(const Subject& subject) {
    right_.clear();
    for (const std::string& name : subject.made)
        if (fs::is_directory(work_ / name) || name.ends_with(".png")) right_[name] = content(work_ / name);
}

std::vector<Call> Stage::calls() const {
    std::vector<Call> calls;
    std::map<std::string, long> of_kind;
    long steps = 0;
    std::istringstream lines(support::read_text(report_));
    for (std::string what, kind, path; lines >> what >> kind && std::getline(lines >> std::ws, path);)
        if (what == "call")
            calls.push_back({kind, path, ++of_kind[kind], durable.contains(kind) ? ++steps : 0});
    return calls;
}

long Stage::count(const std::string& of) const {
    std::istringstream lines(support::read_text(report_));
    for (std::string what, kind, value; lines >> what >> kind && std::getline(lines, value);)
        if (what == "count" && kind == of) return std::stol(value);
    return 0;
}

bool Stage::hit() const {
    return ("\n" + support::read_text(report_)).find("\nhit ") != std::string::npos;
}

std::string Stage::harm(const Subject& subject) const {
    std::string wrong;
    for (const std::string& name : subject.made) {
        const bool there = fs::exists(work_ / name), was_there = fs::exists(before_ / name);
        if (!there && !was_there) continue;
        if (there && was_there && content(work_ / name) == content(before_ / name)) continue;
        const auto right = right_.find(name);
        const bool new_and_whole =
            there && (right != right_.end() ? content(work_ / name) == right->second
                                            : whole(work_ / name, support::read_text(before_ / name)));
        if (!new_and_whole) wrong += name + (there ? " is not whole; " : " is gone; ");
    }
    for (const auto& entry : fs::recursive_directory_iterator(before_)) {  // the rest is only read
        const std::string name = entry.path().lexically_relative(before_);
        const bool made =
            std::ranges::any_of(subject.made, [&](const std::string& m) { return name.starts_with(m); });
        if (!made && entry.is_regular_file() && content(work_ / name) != content(entry.path()))
            wrong += name + " is not as it was; ";
    }
    return wrong;
}

std::string Stage::lack(const Subject& subject) const {
    std::string wrong = harm(subject);
    for (const std::string& name : subject.made)
        if (!fs::exists(work_ / name))
            wrong += name + " was not written; ";
        else if (!right_.contains(name) && fs::exists(before_ / name) &&
                 content(work_ / name) == content(before_ / name))
            wrong += name + " is still the old one; ";
    return wrong;
}

std::string Stage::leftovers(const Subject& subject) const {
    std::string left;
    for (const auto& entry : fs::recursive_directory_iterator(work_)) {
        const std::string name = entry.path().lexically_relative(work_);
        const bool asked_for = std::ranges::any_of(subject.made, [&](const std::string& made) {
            return name == made || name.starts_with(made + "/") ||
                   (made.starts_with(name + "/") && !fs::is_empty(entry));
        });
        if (!asked_for && !fs::exists(before_ / name)) left += name + " ";
    }
    return left;
}

std::string misbehaviour(const Stage& stage, const Subject& subject, const Finished& run,
                         const std::vector<std::string>& said) {
    if (run.timed_out) return "it hangs";
    for (const char* foreign :
         {"std::", "exception", "stol", "::at", "basic_string", "bad_alloc", "filesystem error", "dnnl"})
        if (run.err.find(foreign) != std::string::npos) return "it shows the text of a library";
    if (run.exit_code == 0) return stage.lack(subject) + stage.leftovers(subject);
    if (run.exit_code != 1) return "it ends with " + std::to_string(run.exit_code);
    if (std::count(run.err.begin(), run.err.end(), '\n') != 1) return "it does not say one sentence";
    for (const std::string& part : said)
        if (run.err.find(part) == std::string::npos) return "it does not say " + part;
    return stage.harm(subject) + stage.leftovers(subject);
}

bool ended_by_library(const Finished& run) {
    constexpr int aborted = 128 + SIGABRT;
    const auto says = [&](const char* begin) { return run.err.find(begin) != std::string::npos; };
    return (run.exit_code == 1 && says("libgomp: ")) ||
           (run.exit_code == aborted && says("Fatal glibc error: failed to register TLS destructor"));
}

Extent extent() {
    if (std::getenv("AUTOTM_EVERY_FAULT")) return Extent::all;
    return std::getenv("AUTOTM_FAULT_MINUTES") ? Extent::many : Extent::few;
}

// A temporary file counts as what it is renamed to.
std::vector<Call> chosen(const std::vector<Call>& calls, int of_each) {
    if (extent() != Extent::few) return calls;
    std::vector<std::string> stands_for(calls.size());
    std::string target;
    for (std::size_t i = calls.size(); i-- > 0;) {
        if (calls[i].kind == "rename") target = calls[i].path;
        const bool temporary = calls[i].path.find(".autotm-") != std::string::npos;
        stands_for[i] = calls[i].kind + (temporary ? " before " + target : " " + calls[i].path);
    }
    std::map<std::string, int> seen;
    std::vector<Call> first;
    for (std::size_t i = 0; i < calls.size(); ++i)
        if (++seen[stands_for[i]] <= of_each) first.push_back(calls[i]);
    return first;
}

Trials::Trials(std::string name, std::size_t count, int loops, std::size_t stride)
    : name_(std::move(name)), count_(count) {
    for (std::size_t at = 0; at < count; at += extent() == Extent::few ? stride : 1) order_.push_back(at);
    if (extent() != Extent::many) return;
    static const Clock::time_point last =
        Clock::now() + std::chrono::seconds(60 * number_of("AUTOTM_FAULT_MINUTES", 1));
    static const long seed =
        number_of("AUTOTM_FAULT_SEED", std::chrono::system_clock::now().time_since_epoch().count());
    static int begun = 0;
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    std::ranges::shuffle(order_, random);
    end_ = Clock::now() + (last - Clock::now()) / std::max(1, loops - begun++);
    std::cout << name_ << ": AUTOTM_FAULT_SEED=" << seed << std::endl;
}

Trials::~Trials() {
    std::cout << name_ << ": " << tried_ << " of " << count_ << " faults tried" << std::endl;
}

std::optional<std::size_t> Trials::next() {
    const bool over = extent() == Extent::many && tried_ > 0 && Clock::now() >= end_;
    if (over || tried_ == order_.size()) return {};
    return order_[tried_++];
}

std::vector<double> losses_in(const fs::path& log) {
    std::vector<double> losses;
    for (const json& entry : entries_of(support::read_text(log))) losses.push_back(entry.at("loss"));
    return losses;
}

}  // namespace faults

#include "runtime/training/evaluations.h"

#include <algorithm>

#include "framework/base/json.h"
#include "framework/base/text.h"

namespace runtime {

namespace {

constexpr const char* key = "evaluations";

}  // namespace

Evaluations::Evaluations(const std::filesystem::path& file, const StoredMetadata& about) {
    const auto found = about.find(key);
    if (found == about.end()) return;
    const std::string& text = found->second;
    const framework::JsonFile json(file.string() + ": metadata " + key,
                                   {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    std::int64_t least = 1;
    for (const framework::Field& one : json.root().list()) {
        all_.push_back({one["iteration"].whole<std::int64_t>(least), one["accuracy"].number(0, 1)});
        least = all_.back().iteration + 1;
    }
}

void Evaluations::store(StoredMetadata& about) const {
    if (all_.empty()) return;
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [iteration, top1] : all_) list.push_back({{"iteration", iteration}, {"accuracy", top1}});
    about[key] = framework::print_json(list);
}

bool Evaluations::add(const Evaluation& evaluation) {
    const Evaluation* before = best();
    const bool better = !before || evaluation.top1 > before->top1;
    all_.push_back(evaluation);
    return better;
}

bool Evaluations::contains(std::int64_t iteration) const {
    return std::ranges::find(all_, iteration, &Evaluation::iteration) != all_.end();
}

const Evaluation* Evaluations::best() const {
    const auto found = std::ranges::max_element(all_, {}, &Evaluation::top1);
    return found == all_.end() ? nullptr : &*found;
}

bool Evaluations::exhausted(std::int64_t patience) const {
    return best() && all_.back().iteration - best()->iteration >= patience;
}

}  // namespace runtime

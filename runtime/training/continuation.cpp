#include "runtime/training/continuation.h"

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <string_view>

#include "framework/base/error.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "runtime/training/checkpoint.h"
#include "runtime/training/learning_rate.h"

namespace runtime {

namespace fs = std::filesystem;
using framework::require;
using framework::UsageError;

namespace {

// What must be the same, in the order in which a difference is reported.
constexpr std::array settings{"model",      "stem",        "classes",       "class_names", "image_size",
                              "batch",      "seed",        "learning_rate", "schedule",    "warmup",
                              "step_every", "step_factor", "momentum",      "nesterov",    "weight_decay",
                              "decay_all",  "augment",     "normalise",     "validation",  "label_smoothing"};
// What earlier versions did not store.
constexpr std::array not_always_stored{"stem", "class_names"};

// The value of "training" that earlier versions stored: "learning rate 0.02 cosine warmup -1 step 0 0.1,
// momentum 0.9 nesterov, weight decay 0.0001 on all, label smoothing 0, augment auto, normalise image".
const char* const earlier_training =
    "learning rate (\\S+) (\\S+) warmup (\\S+) step (\\S+) (\\S+), momentum (\\S+?)( nesterov)?, "
    "weight decay (\\S+?)( on all)?, label smoothing (\\S+), augment ([^,]+)(, normalise image)?";

std::string value_of(const StoredMetadata& about, const char* key) {
    const auto found = about.find(key);
    return found == about.end() ? "" : found->second;
}

bool is_default(const char* key, const std::string& value, std::int64_t total) {
    const bool warmup = std::string_view(key) == "warmup", steps = std::string_view(key) == "step_every";
    return (warmup && value == std::to_string(LearningRate::default_warmup(total))) ||
           (steps && value == std::to_string(LearningRate::default_every(total)));
}

}  // namespace

StoredMetadata current_keys(const fs::path& file, StoredMetadata about) {
    const auto training = about.find("training");
    if (training == about.end()) return about;
    std::smatch parts;
    constexpr std::size_t longest = 1000;  // std::regex needs stack for each character
    require<framework::DataError>(training->second.size() <= longest &&
                                      std::regex_match(training->second, parts, std::regex(earlier_training)),
                                  file.string(), ": its metadata have ",
                                  framework::in_quotes(training->second),
                                  " as \"training\", which no version of train writes");
    const std::int64_t total = planned_iterations(file, about);
    const auto word = [&](std::size_t part) { return parts[part].matched ? "true" : "false"; };
    about["learning_rate"] = parts[1];
    about["schedule"] = parts[2];
    about["warmup"] = parts[3] == "-1" ? std::to_string(LearningRate::default_warmup(total)) : parts.str(3);
    if (parts[2] == "step") {
        about["step_every"] =
            parts[4] == "0" ? std::to_string(LearningRate::default_every(total)) : parts.str(4);
        about["step_factor"] = parts[5];
    }
    about["momentum"] = parts[6];
    about["nesterov"] = word(7);
    about["weight_decay"] = parts[8];
    about["decay_all"] = word(9);
    about["label_smoothing"] = parts[10];
    const std::string data = value_of(about, "data");
    const bool flips = data.starts_with("cifar10:") || data.starts_with("images:");
    about["augment"] = parts[11] != "auto" ? parts.str(11) : flips ? "crop-flip" : "none";
    about["normalise"] = parts[12].matched ? "image" : "set";
    about["validation"] = "0";
    about.erase("training");
    return about;
}

std::int64_t planned_iterations(const fs::path& file, const StoredMetadata& about) {
    return iterations_in(file, about, "iterations");
}

void require_continues(const fs::path& file, const StoredMetadata& about, const StoredMetadata& wanted) {
    const std::int64_t before = planned_iterations(file, about), now = planned_iterations(file, wanted);
    for (const char* key : settings) {
        const std::string had = value_of(about, key), has = value_of(wanted, key);
        const bool unknown = !about.contains(key) && wanted.contains(key);
        if (unknown && std::ranges::find(not_always_stored, std::string_view(key)) != not_always_stored.end())
            continue;
        if (now != before && is_default(key, had, before) && is_default(key, has, now)) continue;
        std::string shown = key;
        std::ranges::replace(shown, '_', ' ');
        require<UsageError>(had == has && !unknown, file.string(), " was trained with ", shown, " ",
                            unknown ? "unknown" : framework::printable(had.substr(0, 60)),
                            ", and this run asks for ", framework::printable(has.substr(0, 60)),
                            "; --resume continues the same run: give the flags that it was started with");
    }
    require<UsageError>(now >= before, file.string(), " is of a run of ", before, " iterations, longer than ",
                        now, "; give --iterations ", before, " or more");
}

}  // namespace runtime

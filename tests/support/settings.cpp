#include "tests/support/settings.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "framework/base/error.h"
#include "framework/base/text.h"

namespace support {

namespace {

Settings read(std::string_view words) {
    Settings settings;
    const std::map<std::string_view, bool*> known{{"little_dram", &settings.little_dram},
                                                  {"least_dram", &settings.least_dram},
                                                  {"checked_moves", &settings.checked_moves},
                                                  {"early_copies", &settings.early_copies},
                                                  {"late_copies", &settings.late_copies}};
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(','), words.size());
        const auto found = known.find(words.substr(0, end));
        framework::require<framework::UsageError>(
            found != known.end(), "AUTOTM_TEST_SETTINGS: ", framework::in_quotes(words.substr(0, end)),
            " is no setting; tests/support/settings.h has them");
        *found->second = true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return settings;
}

}  // namespace

const Settings& settings() {
    static const Settings all = [] {
        const char* words = std::getenv("AUTOTM_TEST_SETTINGS");
        return read(words ? words : "");
    }();
    return all;
}

}  // namespace support

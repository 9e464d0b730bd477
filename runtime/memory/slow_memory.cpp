#include "runtime/memory/slow_memory.h"

#include <filesystem>

#include "framework/base/error.h"
#include "runtime/memory/tiers/tiers.h"

namespace runtime {

using framework::Bytes;

namespace {

struct Place {
    const tiers::Kind& kind;
    std::string place;
};

Place place_of(const std::string& where) {
    if (where.empty()) {
        std::error_code error;
        const std::filesystem::path folder = std::filesystem::temp_directory_path(error);
        framework::require<framework::DataError>(
            !error, "slow memory goes to the temporary directory, and there is none: ", error.message(),
            "; set TMPDIR to a folder that exists, or give --slow dir:PATH");
        return {tiers::file, folder.string()};
    }
    std::string known;
    for (const tiers::Kind* kind : tiers::kinds()) {
        const std::string prefix = kind->prefix, example = kind->example;
        const bool for_users = !example.empty();
        if (for_users ? where.starts_with(prefix) : where == prefix)
            return {*kind, where.substr(prefix.size())};
        if (for_users) known += (known.empty() ? "" : " or ") + example;
    }
    throw framework::UsageError(framework::text("--slow ", where, ": write it as ", known));
}

}  // namespace

SlowMemory open_slow_memory(const std::string& where, Bytes bytes) {
    const Place at = place_of(where);
    return at.kind.open(at.place, bytes);
}

Bytes available_slow(const std::string& where) {
    const Place at = place_of(where);
    return at.kind.available(at.place);
}

std::string identity_of_slow(const std::string& where) {
    const Place at = place_of(where);
    return at.kind.identity(at.place);
}

bool slow_takes_dram(const std::string& where) {
    const Place at = place_of(where);
    return at.kind.takes_dram(at.place);
}

}  // namespace runtime

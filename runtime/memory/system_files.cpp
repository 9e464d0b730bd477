#include "runtime/memory/system_files.h"

#include <fstream>
#include <limits>

#include "framework/base/numbers.h"

namespace runtime {

using framework::Bytes;

namespace {

std::optional<Bytes> next_number(std::istream& in) {
    std::string word;
    in >> word;
    const auto value = framework::parse_number<Bytes>(word);
    return value && *value >= 0 ? value : std::nullopt;
}

}  // namespace

std::optional<Bytes> bytes_behind(const std::string& file, const std::string& key) {
    std::ifstream in(file);
    for (std::string word; in >> word;) {
        if (word != key && word != key + ':') continue;
        const std::optional<Bytes> value = next_number(in);
        const bool in_kib = value && in >> word && word == "kB";
        if (!in_kib) return value;
        return *value <= std::numeric_limits<Bytes>::max() / 1024 ? std::optional(*value * 1024)
                                                                  : std::nullopt;
    }
    return std::nullopt;
}

std::optional<Bytes> number_in(const std::string& file) {
    std::ifstream in(file);
    return next_number(in);
}

}  // namespace runtime

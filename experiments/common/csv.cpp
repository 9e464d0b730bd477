#include "experiments/common/csv.h"

#include "framework/base/text.h"

namespace experiments {

std::string csv_field(const std::string& text) {
    std::string field = "\"";
    for (const char c : framework::utf8(text)) field += c == '"' ? std::string("\"\"") : std::string(1, c);
    return field + '"';
}

}  // namespace experiments

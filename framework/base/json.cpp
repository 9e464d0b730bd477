#include "framework/base/json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/text.h"

namespace framework {

using nlohmann::json;

namespace {

constexpr int most_nested = 64;  // our files have six levels; copying and printing recurse once a level

std::string step_to(const std::string& key) {
    const bool plain = !key.empty() && key.size() <= 60 && std::ranges::all_of(key, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
    });
    return plain ? "." + key : "[" + in_quotes(key) + "]";
}

// Appends the path from `from` down to `wanted`. Returns false if `wanted` is not below `from`.
bool find_way(const json& from, const json& wanted, std::string& way) {
    if (&from == &wanted) return true;
    const std::size_t before = way.size();
    const auto look = [&](const json& child, const std::string& step) {
        way += step;
        if (find_way(child, wanted, way)) return true;
        way.resize(before);
        return false;
    };
    if (from.is_object()) {
        for (const auto& [key, child] : from.items()) {
            if (look(child, step_to(key))) return true;
        }
    } else if (from.is_array()) {
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (look(from[i], text('[', i, ']'))) return true;
        }
    }
    return false;
}

// Describes a value in a few words.
std::string print_value(const json& value) {
    switch (value.type()) {
        case json::value_t::object:
            return text("an object of ", value.size());
        case json::value_t::array:
            return text("a list of ", value.size());
        case json::value_t::string:
            return in_quotes(value.get_ref<const std::string&>());
        default:
            return value.dump();
    }
}

// Line and column of a byte, both counted from 1.
std::string place_of(std::span<const std::uint8_t> content, std::size_t byte) {
    const auto before = content.first(std::min(content.size(), byte == 0 ? 0 : byte - 1));
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = std::find(before.rbegin(), before.rend(), '\n') - before.rbegin() + 1;
    return text("line ", line, ", column ", column);
}

json parse(const std::string& name, std::span<const std::uint8_t> content) {
    std::vector<std::set<std::string>> names;  // one set for each object that is open
    const auto guard = [&](int depth, json::parse_event_t event, json& value) {
        require<DataError>(depth <= most_nested, name,
                           ": damaged: its lists and objects are nested deeper than ", most_nested,
                           " levels");
        if (event == json::parse_event_t::object_start) names.emplace_back();
        if (event == json::parse_event_t::object_end) names.pop_back();
        if (event == json::parse_event_t::key) {
            const auto& key = value.get_ref<const std::string&>();
            require<DataError>(names.back().insert(key).second, name, ": damaged: the name ", in_quotes(key),
                               " occurs twice in one object");
        }
        return true;
    };
    // The JSON library skips a byte-order mark, and takes a zero byte for the end.
    constexpr std::array<std::uint8_t, 3> mark{0xEF, 0xBB, 0xBF};
    require<DataError>(!std::ranges::equal(content.first(std::min(content.size(), mark.size())), mark), name,
                       ": damaged: it begins with a byte-order mark");
    const auto zero = std::ranges::find(content, 0);
    require<DataError>(zero == content.end(), name, ": damaged: it has a zero byte at ",
                       place_of(content, static_cast<std::size_t>(zero - content.begin()) + 1));
    try {
        return json::parse(content.begin(), content.end(), guard);
    } catch (const json::parse_error& error) {
        throw DataError(text(name, ": damaged: it is no JSON from ", place_of(content, error.byte), " on"));
    } catch (const json::exception&) {
        throw DataError(text(name, ": damaged: it has a number that is too large"));
    }
}

}  // namespace

JsonFile::JsonFile(const std::filesystem::path& path) : JsonFile(path.string(), read_file(path)) {}

JsonFile::JsonFile(std::string name, std::span<const std::uint8_t> content)
    : name_(std::move(name)), json_(parse(name_, content)) {}

void Field::fail(std::string_view wanted) const {
    std::string way;
    find_way(file_->json_, *value_, way);
    if (way.starts_with('.')) way.erase(0, 1);
    throw DataError(text(file_->name(), ": ", way, way.empty() ? "" : ": ", "expected ", wanted, ", and it ",
                         way.empty() ? "holds " : "says ", print_value(*value_)));
}

Field Field::operator[](std::string_view key) const {
    if (!value_->is_object()) fail("an object");
    const auto found = value_->find(key);
    if (found == value_->end()) fail("a field " + in_quotes(key) + " in it");
    return {*file_, *found};
}

Field Field::operator[](std::size_t index) const {
    if (!value_->is_array() || index >= value_->size()) fail(text("a list of at least ", index + 1));
    return {*file_, (*value_)[index]};
}

bool Field::contains(std::string_view key) const {
    if (!value_->is_object()) fail("an object");
    return value_->contains(key);
}

std::vector<Field> Field::list() const {
    if (!value_->is_array()) fail("a list");
    std::vector<Field> all;
    all.reserve(value_->size());
    for (const json& element : *value_) all.push_back({*file_, element});
    return all;
}

std::vector<Field> Field::list(std::size_t size) const {
    if (!value_->is_array() || value_->size() != size) fail(text("a list of ", size));
    return list();
}

std::vector<std::pair<std::string, Field>> Field::members() const {
    if (!value_->is_object()) fail("an object");
    std::vector<std::pair<std::string, Field>> all;
    for (const auto& [key, member] : value_->items()) all.emplace_back(key, Field{*file_, member});
    return all;
}

std::string Field::word() const {
    if (!value_->is_string()) fail("text in quotes");
    return value_->get<std::string>();
}

bool Field::flag() const {
    if (!value_->is_boolean()) fail("true or false");
    return value_->get<bool>();
}

double Field::number(double least, double most) const {
    const double found = value_->is_number() ? value_->get<double>() : std::nan("");
    if (!(found >= least && found <= most)) fail(text("a number from ", least, " to ", most));
    return found;
}

std::vector<double> Field::numbers(double least, double most) const {
    std::vector<double> all;
    for (const Field& element : list()) all.push_back(element.number(least, most));
    return all;
}

std::int64_t Field::signed_whole(std::int64_t least, std::int64_t most) const {
    const bool fits = value_->is_number_unsigned() ? std::in_range<std::int64_t>(value_->get<std::uint64_t>())
                                                   : value_->is_number_integer();
    const std::int64_t found = fits ? value_->get<std::int64_t>() : 0;
    if (!fits || found < least || found > most) fail(text("a whole number from ", least, " to ", most));
    return found;
}

std::uint64_t Field::unsigned_whole(std::uint64_t least, std::uint64_t most) const {
    const bool fits =
        value_->is_number_unsigned() || (value_->is_number_integer() && value_->get<std::int64_t>() >= 0);
    const std::uint64_t found = fits ? value_->get<std::uint64_t>() : 0;
    if (!fits || found < least || found > most) fail(text("a whole number from ", least, " to ", most));
    return found;
}

}  // namespace framework

// Reads JSON files: every error names the file, the field, what was expected and what was found. Prints JSON
// without failing on any text. Only json.h and json.cpp handle what the JSON library throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

namespace framework {

// A value inside a JsonFile. The file must outlive it. All functions throw DataError if the value is not of
// the type, size or range that was asked for.
class Field {
  public:
    Field operator[](std::string_view key) const;  // needs an object with this key
    Field operator[](std::size_t index) const;     // needs a list that is long enough
    bool contains(std::string_view key) const;     // needs an object

    std::vector<Field> list() const;
    std::vector<Field> list(std::size_t size) const;  // needs a list of exactly this size
    std::vector<std::pair<std::string, Field>> members() const;

    std::string word() const;
    bool flag() const;
    double number(double least, double most) const;  // both bounds are finite
    template <class Whole = int>
    Whole whole(std::type_identity_t<Whole> least = 0,
                std::type_identity_t<Whole> most = std::numeric_limits<Whole>::max()) const;
    std::vector<double> numbers(double least, double most) const;

    const nlohmann::json& value() const { return *value_; }

    // "FILE: claims.rows[3]: expected `wanted`, and it says 1.5"
    [[noreturn]] void fail(std::string_view wanted) const;

  private:
    friend class JsonFile;
    Field(const class JsonFile& file, const nlohmann::json& value) : file_(&file), value_(&value) {}
    std::int64_t signed_whole(std::int64_t least, std::int64_t most) const;
    std::uint64_t unsigned_whole(std::uint64_t least, std::uint64_t most) const;

    const class JsonFile* file_;
    const nlohmann::json* value_;
};

// A JSON document. Refuses an object with the same name twice, because one of the two values would be lost.
class JsonFile {
  public:
    explicit JsonFile(const std::filesystem::path& path);
    // Parses `content`, such as a part of a file; `name` begins every message.
    JsonFile(std::string name, std::span<const std::uint8_t> content);
    JsonFile(const JsonFile&) = delete;
    JsonFile& operator=(const JsonFile&) = delete;

    Field root() const { return {*this, json_}; }
    const std::string& name() const { return name_; }

  private:
    friend class Field;
    std::string name_;
    nlohmann::json json_;
};

template <class Whole>
Whole Field::whole(std::type_identity_t<Whole> least, std::type_identity_t<Whole> most) const {
    if constexpr (std::is_signed_v<Whole>) {
        return static_cast<Whole>(signed_whole(least, most));
    } else {
        return static_cast<Whole>(unsigned_whole(least, most));
    }
}

// Prints JSON. Bytes that are not UTF-8 become U+FFFD. `indent`: spaces for each level; -1: all on one line.
template <class Json>
std::string print_json(const Json& json, int indent = -1) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace framework

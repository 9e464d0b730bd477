#include "framework/base/json.h"

#include <string>

#include <doctest/doctest.h>

#include "framework/base/error.h"

using framework::DataError;
using framework::Field;
using framework::JsonFile;

namespace {

// The message of what `read` does with the root of a file with this content.
template <class Read>
std::string refusal(const std::string& content, Read read) {
    try {
        const JsonFile file("plan.json",
                            {reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
        read(file.root());
    } catch (const DataError& error) {
        return error.what();
    }
    return "";
}

const auto nothing = [](const Field&) {};

std::string nested(int depth) {
    const auto count = static_cast<std::size_t>(depth);
    return "{\"shape\": " + std::string(count, '[') + std::string(count, ']') + "}";
}

}  // namespace

TEST_CASE("json: a refusal says file, field, what was expected and what came") {
    const std::string content = R"({"claims": {"rows": [1, 2.5, "x", null, {"a": 1}]}, "odd key": true})";
    const auto row = [&](std::size_t at) {
        return refusal(content, [&](const Field& root) { root["claims"]["rows"][at].whole(); });
    };
    CHECK(row(0).empty());
    CHECK(row(1) ==
          "plan.json: claims.rows[1]: expected a whole number from 0 to 2147483647, and it says 2.5");
    CHECK(row(2) ==
          "plan.json: claims.rows[2]: expected a whole number from 0 to 2147483647, and it says \"x\"");
    CHECK(row(3) ==
          "plan.json: claims.rows[3]: expected a whole number from 0 to 2147483647, and it says null");
    CHECK(row(4) ==
          "plan.json: claims.rows[4]: expected a whole number from 0 to 2147483647, and it says an object of "
          "1");
    CHECK(row(5) == "plan.json: claims.rows: expected a list of at least 6, and it says a list of 5");
    CHECK(refusal(content, [](const Field& root) { root["claim"]; }) ==
          "plan.json: expected a field \"claim\" in it, and it holds an object of 2");
    CHECK(refusal(content, [](const Field& root) { root["odd key"].word(); }) ==
          "plan.json: [\"odd key\"]: expected text in quotes, and it says true");
    CHECK(refusal("[]", [](const Field& root) { root["x"]; }) ==
          "plan.json: expected an object, and it holds a list of 0");
}

TEST_CASE("json: numbers are held to their range and their kind") {
    const auto number = [](const std::string& value, auto read) {
        return refusal("[" + value + "]", [&](const Field& root) { read(root[0]); });
    };
    const auto whole = [](const Field& f) { f.whole<std::int64_t>(-5, 5); };
    for (const char* fits : {"-5", "0", "5"}) CHECK(number(fits, whole).empty());
    for (const char* refused : {"-6", "6", "0.5", "1e0", "18446744073709551615", "true", "\"1\"", "[1]"})
        CHECK_FALSE(number(refused, whole).empty());
    const auto mask = [](const Field& f) { f.whole<std::uint64_t>(); };
    CHECK(number("18446744073709551615", mask).empty());
    for (const char* refused : {"-1", "18446744073709551616", "1.0"})
        CHECK_FALSE(number(refused, mask).empty());
    const auto real = [](const Field& f) { f.number(0, 1); };
    for (const char* fits : {"0", "1", "0.25", "1e-300"}) CHECK(number(fits, real).empty());
    for (const char* refused : {"-1e-300", "1.0000001", "1e400", "null", "\"0\""})
        CHECK_FALSE(number(refused, real).empty());
}

TEST_CASE("json: a name that occurs twice in one object is refused, one that occurs in two objects is not") {
    CHECK(refusal(R"({"a": {"x": 1}, "b": {"x": 2}, "c": [{"x": 3}, {"x": 4}], "x": 5})", nothing).empty());
    CHECK(refusal(R"({"a": [{"x": 1, "y": {}, "x": 1}]})", nothing) ==
          "plan.json: damaged: the name \"x\" occurs twice in one object");
}

TEST_CASE("json: what is no JSON is refused with its place, and deep nesting with its depth") {
    CHECK(refusal("{\"a\": 1,\n  \"b\": }", nothing) ==
          "plan.json: damaged: it is no JSON from line 2, column 8 on");
    CHECK(refusal("", nothing).find("is no JSON") != std::string::npos);
    CHECK(refusal("[1e999]", nothing) == "plan.json: damaged: it has a number that is too large");
    CHECK(refusal("\xEF\xBB\xBF[]", nothing) == "plan.json: damaged: it begins with a byte-order mark");
    CHECK(refusal(std::string("[]\n\0]", 5), nothing) ==
          "plan.json: damaged: it has a zero byte at line 2, column 1");
    CHECK(refusal(nested(60), nothing).empty());
    CHECK(refusal(nested(100000), nothing) ==
          "plan.json: damaged: its lists and objects are nested deeper than 64 levels");
    CHECK(refusal(std::string(1 << 20, '['), nothing).size() < 200);
}

TEST_CASE("json: long and hostile text from a file is cut and made harmless in a message") {
    const std::string hostile = "\"\\u001b[31m" + std::string(1 << 20, 'x') + "\"";
    const std::string said = refusal("{" + hostile + ": " + hostile + "}",
                                     [](const Field& root) { root.members()[0].second.flag(); });
    CHECK(said.size() < 300);
    CHECK(said.find('\x1b') == std::string::npos);
    CHECK(said.find("\\x1b[31mxxx") != std::string::npos);
}

TEST_CASE("json: text that is no UTF-8 is printed with replacement characters") {
    CHECK(framework::print_json(nlohmann::json{{"path", "k\xe4se"}}) == "{\"path\":\"k\xEF\xBF\xBDse\"}");
}

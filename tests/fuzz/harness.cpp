#include "tests/fuzz/harness.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "framework/base/error.h"
#include "tests/support/temporary_folder.h"

namespace fuzz {

namespace {

std::string& last_refusal() {
    static std::string text;
    return text;
}

std::vector<std::string (*)()>& large_inputs() {
    static std::vector<std::string (*)()> all;
    return all;
}

[[noreturn]] void found(std::string_view what, std::string_view message) {
    std::cerr << "fuzz: " << what << ": " << message.substr(0, 4 * longest_message) << std::endl;
    std::abort();
}

// What a message says in words of ours: without what it quotes from its input.
std::string unquoted(std::string_view message) {
    std::string out;
    bool quoted = false;
    for (const char c : message) {
        if (c == '"') quoted = !quoted;
        if (!quoted) out += c;
    }
    return out;
}

}  // namespace

int judge(const std::function<void()>& read, Input input) {
    last_refusal().clear();
    try {
        read();
    } catch (const framework::Error& error) {
        last_refusal() = error.what();
        judge_message(last_refusal(), input);
    } catch (const std::exception& error) {
        found("a reader threw what is not a framework::Error", error.what());
    }
    return 0;
}

void judge_message(std::string_view message, Input input) {
    if (message.empty()) found("a message is empty", message);
    if (message.size() > longest_message) found("a message is too long", message);
    const auto control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (std::ranges::any_of(message, control)) found("a message holds a control character", message);
    const std::string words = unquoted(message);
    const std::string_view given(reinterpret_cast<const char*>(input.data()), input.size());
    const auto ours = [&](const char* of) { return given.find(of) == std::string_view::npos; };
    const auto part = [&](const char* of) { return words.find(of) != std::string::npos && ours(of); };
    const auto end = [&](const char* of) { return words.ends_with(of) && ours(of); };
    constexpr std::array parts{"[json.exception", "basic_string", "vector::", "map::at", "filesystem error"};
    constexpr std::array whole{"stoi", "stol", "stoll", "stoul", "stoull", "stof", "stod", "bad_alloc"};
    if (std::ranges::any_of(parts, part) || std::ranges::any_of(whole, end))
        found("a message is the text of a library's exception", message);
}

const std::string& refusal() {
    return last_refusal();
}

const std::filesystem::path& folder() {
    static const TemporaryFolder own;
    return own.path();
}

std::filesystem::path write(const std::string& name, Input content) {
    std::filesystem::path path = folder() / name;
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    return path;
}

Input take(Input& input, std::size_t size) {
    const Input first = input.first(std::min(size, input.size()));
    input = input.subspan(first.size());
    return first;
}

LargeInput::LargeInput(std::string (*make)()) {
    large_inputs().push_back(make);
}

const std::vector<std::string (*)()>& LargeInput::all() {
    return large_inputs();
}

}  // namespace fuzz

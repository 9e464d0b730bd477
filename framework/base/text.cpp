#include "framework/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace framework {

namespace {

struct Character {
    std::size_t bytes = 1;
    std::uint32_t code = 0;
    bool valid = false;
};

// The first character of `text`, which is not empty (Unicode 15, table 3-7).
Character first_of(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {1, lead, true};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
    std::uint32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t at = 1; at < bytes; ++at) {
        if ((byte(at) & 0xC0U) != 0x80U) return {};
        code = code << 6 | (byte(at) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < least[bytes] || code > 0x10FFFF || surrogate) return {};
    return {bytes, code, true};
}

// Control characters, line and paragraph separators, and those that change the direction of writing.
bool is_harmful(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

std::string escaped(std::uint32_t code) {
    constexpr const char* digits = "0123456789abcdef";
    const int width = code < 0x100 ? 2 : 4;
    std::string out = width == 2 ? "\\x" : "\\u";
    for (int shift = 4 * (width - 1); shift >= 0; shift -= 4) out += digits[code >> shift & 0xFU];
    return out;
}

// Appends the first character of `text` as printable() shows it and takes it off `text`.
void take_printable(std::string_view& text, std::string& out) {
    const Character character = first_of(text);
    if (character.valid && !is_harmful(character.code)) {
        out += text.substr(0, character.bytes);
    } else {
        out += escaped(character.valid ? character.code : static_cast<unsigned char>(text[0]));
    }
    text.remove_prefix(character.bytes);
}

// The first and the last bytes of `text`, `most` in all, cut between characters.
std::string shortened(std::string_view text, std::size_t most) {
    const auto starts_character = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    };
    std::size_t head = most * 2 / 3, tail = text.size() - most / 3;
    while (head > 0 && !starts_character(head)) --head;
    while (tail < text.size() && !starts_character(tail)) ++tail;
    return std::string(text.substr(0, head)) + "..." + std::string(text.substr(tail));
}

}  // namespace

std::string utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character character = first_of(text);
        out += character.valid ? text.substr(0, character.bytes) : std::string_view("\xEF\xBF\xBD");
        text.remove_prefix(character.bytes);
    }
    return out;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) take_printable(text, out);
    return out;
}

std::string in_quotes(std::string_view text, std::size_t most) {
    std::string out = "\"";
    for (std::size_t shown = 0; !text.empty() && shown < most; ++shown) take_printable(text, out);
    return out + (text.empty() ? "\"" : "...\"");
}

std::string sentence(std::string_view text) {
    constexpr std::size_t most_of_word = 300, most_of_all = 990;
    const std::string whole = printable(text);
    std::string out;
    for (std::size_t at = 0; at < whole.size();) {
        const std::size_t end = std::min(whole.find(' ', at), whole.size());
        const std::string_view word = std::string_view(whole).substr(at, end - at);
        out += word.size() > most_of_word ? shortened(word, most_of_word) : std::string(word);
        if (end < whole.size()) out += ' ';
        at = end + 1;
    }
    return out.size() > most_of_all ? shortened(out, most_of_all) : out;
}

}  // namespace framework

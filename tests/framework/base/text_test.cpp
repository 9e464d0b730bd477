#include "framework/base/text.h"

#include <doctest/doctest.h>

using framework::in_quotes;
using framework::printable;
using framework::sentence;
using framework::utf8;

TEST_CASE("text: UTF-8 stays as it is, and each byte of anything else becomes the replacement character") {
    for (const char* whole : {"", "plain", "K\xc3\xa4se", "\xe2\x82\xac", "\xf0\x9f\x90\x88"}) {
        CHECK(utf8(whole) == whole);
        CHECK(printable(whole) == whole);
    }
    const std::string replaced = "\xEF\xBF\xBD";
    CHECK(utf8("k\xe4se") == "k" + replaced + "se");
    CHECK(utf8("\xdf") == replaced);
    CHECK(utf8("\xe2\x82") == replaced + replaced);                 // cut
    CHECK(utf8("\xc0\xaf") == replaced + replaced);                 // longer than need be
    CHECK(utf8("\xed\xa0\x80") == replaced + replaced + replaced);  // half of a UTF-16 pair
    CHECK(utf8("\xf4\x90\x80\x80").size() == 4 * replaced.size());  // beyond the last character
}

TEST_CASE("text: what would command a terminal is shown as its code") {
    CHECK(printable("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
    CHECK(printable("a\nb\tc\x7f") == "a\\x0ab\\x09c\\x7f");
    CHECK(printable("\xc2\x9b") == "\\x9b");        // CSI as one character
    CHECK(printable("\xe2\x80\xae") == "\\u202e");  // writes from right to left
    CHECK(printable("k\xe4se") == "k\\xe4se");
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("text: quotes hold sixty characters at most, and whole characters") {
    CHECK(in_quotes("short") == "\"short\"");
    CHECK(in_quotes(std::string(60, 'x')) == '"' + std::string(60, 'x') + '"');
    CHECK(in_quotes(std::string(1 << 20, 'x')) == '"' + std::string(60, 'x') + "...\"");
    CHECK(in_quotes("\xe2\x82\xac\xe2\x82\xac", 1) == "\"\xe2\x82\xac...\"");
}

TEST_CASE("text: a sentence is one line of bearable length, its beginning and its end kept") {
    const std::string longest(1 << 20, 'n');
    const std::string said = sentence("train: --model " + longest + ": no such model; see --help");
    CHECK(said.size() < 500);
    CHECK(said.starts_with("train: --model nnn"));
    CHECK(said.ends_with("; see --help"));
    CHECK(sentence("a\nb").find('\n') == std::string::npos);
    std::string words;
    for (int i = 0; i < 100000; ++i) words += "word ";
    CHECK(sentence(words).size() <= 1000);
    CHECK(sentence("two  spaces ") == "two  spaces ");
}

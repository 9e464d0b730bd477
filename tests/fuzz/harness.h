// What a fuzzing harness asks of a reader: it reads any bytes, or refuses them with one sentence of this
// project. A harness defines LLVMFuzzerTestOneInput() for one reader; it is linked with libFuzzer (meson
// option `fuzz`), else with replay.cpp, which runs it over the inputs kept in corpus/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

using Input = std::span<const std::uint8_t>;

// Runs `read`. Prints what is wrong and aborts unless `read` returns, or throws a framework::Error with a
// text that judge_message() lets pass. Returns 0.
int judge(const std::function<void()>& read, Input input = {});

// Prints what is wrong and aborts unless the text is one line of at most `longest_message` characters, has no
// control character, and is not the text of a library's exception. Words that stand in `input` are the
// user's: a message may repeat them, such as the name of a folder.
void judge_message(std::string_view message, Input input = {});
inline constexpr std::size_t longest_message = 1000;

// The error with which the last judge() saw its input refused; empty if the input was accepted.
const std::string& refusal();

// A temporary folder of this process; write() puts a file with this content into it.
const std::filesystem::path& folder();
std::filesystem::path write(const std::string& name, Input content);

// Removes up to `size` bytes from the front of an input and returns them.
Input take(Input& input, std::size_t size);

// An input that is too large to be kept as a file: replay.cpp runs it too.
class LargeInput {
  public:
    explicit LargeInput(std::string (*make)());
    static const std::vector<std::string (*)()>& all();
};

}  // namespace fuzz

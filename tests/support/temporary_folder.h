// A folder of a test's own, which is removed when the test ends; and ways to damage the files in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "framework/base/error.h"

class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::filesystem::path& below) const { return path_ / below; }

  private:
    std::filesystem::path path_;
};

void write_text(const std::filesystem::path& path, const std::string& content);
void overwrite_byte(const std::filesystem::path& path, std::size_t at, std::uint8_t value);
void cut_short(const std::filesystem::path& path, std::size_t bytes);  // removes the last `bytes` bytes

// Whether `text` holds every one of `parts`.
bool mentions(const std::string& text, std::span<const std::string> parts);

// The text of the DataError that `action` throws; empty if it throws none.
template <class Action>
std::string complaint(Action action) {
    try {
        action();
    } catch (const framework::DataError& error) {
        return error.what();
    }
    return "";
}

// doctest shows `said` if a part is missing from it.
#define CHECK_MENTIONS(said, ...)                       \
    do {                                                \
        const std::string said_text = (said);           \
        CAPTURE(said_text);                             \
        const std::string said_parts[] = {__VA_ARGS__}; \
        CHECK(mentions(said_text, said_parts));         \
    } while (false)

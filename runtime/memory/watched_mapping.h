// Ends the program with a sentence when a mapped file is lost.
#pragma once

#include <cstddef>
#include <string>

namespace runtime {

// If a mapped file is cut from outside or its disk fails, the system sends SIGBUS to a process that reads the
// mapping. While a WatchedMapping lives, such a read ends the process with `sentence` on stderr and exit code
// 1. SIGBUS at other addresses has the same effect as before.
class WatchedMapping {
  public:
    WatchedMapping(const void* address, std::size_t bytes, const std::string& sentence);
    ~WatchedMapping();
    WatchedMapping(const WatchedMapping&) = delete;
    WatchedMapping& operator=(const WatchedMapping&) = delete;

    bool holds(const void* address) const;
    const std::string& sentence() const { return sentence_; }

  private:
    const std::byte *begin_, *end_;
    std::string sentence_;
    std::size_t slot_;
};

}  // namespace runtime

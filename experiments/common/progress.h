// A line that says how far a run is: rewritten in place on a terminal, a plain line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace experiments {

class Progress {
  public:
    explicit Progress(bool quiet);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Shown at once on a terminal, every 10 s elsewhere.
    void show(const std::string& line);
    // Prints a line that stays.
    void say(const std::string& line);
    // Prints a line on stderr, even with --quiet.
    void warn(const std::string& line);

  private:
    void clear();

    bool quiet_, terminal_, drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
};

std::string print_time_left(double seconds);  // "1:02:03" (hours), "2:03" (minutes)

}  // namespace experiments

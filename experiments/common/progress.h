// What a program tells while it runs. Results go to stdout; how far the run is, notes and warnings go to
// stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace experiments {

class Progress {
  public:
    explicit Progress(bool quiet);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // How far the run is: a line that is rewritten in place on a terminal, and a plain line every 10 s
    // elsewhere.
    void show(const std::string& line);
    // The same with a bar before it on a terminal, filled up to `share`.
    void show(double share, const std::string& line);
    // Prints a line that is a result.
    void say(const std::string& line);
    // Prints a line about the run on stderr.
    void note(const std::string& line);
    // Prints a line on stderr, even with --quiet.
    void warn(const std::string& line);

  private:
    void clear();
    void print(std::ostream& out, const std::string& lines);

    bool quiet_, terminal_, drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
};

std::string bar(double share);  // "[======>             ]"

std::string print_time_left(double seconds);  // "1:02:03" (hours), "2:03" (minutes)

}  // namespace experiments

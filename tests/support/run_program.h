// Runs a built program of experiments/ as a user would, and returns its exit code and output.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace support {

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

struct Finished {
    int exit_code = 0;  // 128 + N if signal N ended it, as in a shell
    bool timed_out = false;
    std::string out, err;
};

// A program that runs while the test goes on. The destructor kills it if it still runs.
class RunningProgram {
  public:
    // `name`: "train"; `environment` is added to that of the test.
    RunningProgram(const std::string& name, const Arguments& arguments, const Environment& environment = {});
    ~RunningProgram();
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;

    // Waits until `reached` holds. Returns false if the program ends first, or after a minute.
    bool wait_until(const std::function<bool()>& reached);
    void send(int signal) const;
    pid_t process() const { return process_; }
    // Waits for the program to end; kills it after the time limit.
    Finished wait(double time_limit_s = 60);

  private:
    bool ended();

    pid_t process_ = -1;
    int out_ = -1, err_ = -1;  // files without a name
    int status_ = 0;
    bool reaped_ = false;
};

Finished run_program(const std::string& name, const Arguments& arguments, const Environment& environment = {},
                     double time_limit_s = 60);

std::string read_text(const std::filesystem::path& path);  // empty if there is no such file

}  // namespace support

// A program that trains one network in a process of its own, an iteration each time it is asked to, and is
// idle between. It reads "step" and "quit" on its stdin and answers each with a line of JSON on its stdout.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "framework/base/json.h"

namespace experiments::peer {

// What to start. The environment is this process's, with the settings (NAME=value) added or replaced.
struct Command {
    std::string shell;                   // how sh starts the program: "libtorch_worker --tuned"
    std::vector<std::string> arguments;  // passed after it as they are
    std::vector<std::string> settings;
};

class Child {
  public:
    Child(std::string name, const Command& command);
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();  // ends the process if it still runs

    // Sends the request and waits for its answer; throws Error when the process ends or answers no JSON.
    nlohmann::json ask(const std::string& request);

  private:
    std::string read_line();

    std::string name_;
    int socket_ = -1;
    pid_t process_ = -1;
    std::string unread_;
};

}  // namespace experiments::peer

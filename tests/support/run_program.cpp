#include "tests/support/run_program.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace support {

namespace {

using Clock = std::chrono::steady_clock;

std::string content_of(int descriptor) {
    std::string content(static_cast<std::size_t>(lseek(descriptor, 0, SEEK_END)), '\0');
    const ssize_t count = pread(descriptor, content.data(), content.size(), 0);
    content.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return content;
}

// Prepares everything before the fork: after it, the child may only call what a signal handler may call.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

RunningProgram::RunningProgram(const std::string& name, const Arguments& arguments,
                               const Environment& environment)
    : out_(memfd_create("stdout", MFD_CLOEXEC)), err_(memfd_create("stderr", MFD_CLOEXEC)) {
    std::vector<std::string> words{std::string(PROGRAMS) + "/" + name}, variables;
    words.insert(words.end(), arguments.begin(), arguments.end());
    for (const auto& [variable, value] : environment) variables.push_back(variable + "=" + value);
    for (char** inherited = environ; *inherited; ++inherited) {
        const std::string variable = *inherited;
        if (!environment.contains(variable.substr(0, variable.find('=')))) variables.push_back(variable);
    }
    const std::vector<char*> argv = pointers_to(words), envp = pointers_to(variables);
    process_ = fork();
    if (process_ < 0) throw std::runtime_error("no process can be made for " + name);
    if (process_ == 0) {
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(out_, STDOUT_FILENO);
        dup2(err_, STDERR_FILENO);
        execve(argv[0], argv.data(), envp.data());
        _exit(127);
    }
}

RunningProgram::~RunningProgram() {
    if (!ended()) {
        send(SIGKILL);
        waitpid(process_, &status_, 0);
    }
    close(out_);
    close(err_);
}

bool RunningProgram::ended() {
    if (!reaped_) reaped_ = waitpid(process_, &status_, WNOHANG) == process_;
    return reaped_;
}

bool RunningProgram::wait_until(const std::function<bool()>& reached) {
    using namespace std::chrono_literals;
    const Clock::time_point last = Clock::now() + 60s;
    while (!reached()) {
        if (ended() || Clock::now() > last) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

void RunningProgram::send(int signal) const {
    kill(process_, signal);
}

Finished RunningProgram::wait(double time_limit_s) {
    using namespace std::chrono_literals;
    Finished finished;
    const Clock::time_point start = Clock::now();
    while (!ended()) {
        if (!finished.timed_out && Clock::now() - start > std::chrono::duration<double>(time_limit_s)) {
            finished.timed_out = true;
            send(SIGKILL);
        }
        std::this_thread::sleep_for(1ms);
    }
    finished.exit_code = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
    finished.out = content_of(out_);
    finished.err = content_of(err_);
    return finished;
}

Finished run_program(const std::string& name, const Arguments& arguments, const Environment& environment,
                     double time_limit_s) {
    return RunningProgram(name, arguments, environment).wait(time_limit_s);
}

std::string read_text(const std::filesystem::path& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

}  // namespace support

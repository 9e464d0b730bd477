#include "experiments/peer/child.h"

#include <algorithm>
#include <cstring>

#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/error.h"

namespace experiments::peer {
namespace {

using framework::Error;
using framework::require;

std::vector<std::string> environment(const std::vector<std::string>& settings) {
    std::vector<std::string> result = settings;
    for (char** entry = environ; *entry; ++entry) {
        const std::string inherited = *entry;
        const auto name = inherited.substr(0, inherited.find('=') + 1);
        if (std::ranges::none_of(settings, [&](const auto& setting) { return setting.starts_with(name); }))
            result.push_back(inherited);
    }
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

Child::Child(std::string name, const Command& command) : name_(std::move(name)) {
    std::vector<std::string> arguments{"sh", "-c", "exec " + command.shell + " \"$@\"", "sh"};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    auto settings = environment(command.settings);

    int ends[2];  // close-on-exec, so that no child holds another's end
    require<Error>(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, name_,
                   ": no socket to talk to it over: ", std::strerror(errno));
    socket_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int failure = posix_spawn(&process_, "/bin/sh", &actions, nullptr, pointers(arguments).data(),
                                    pointers(settings).data());
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failure != 0) {
        close(socket_);
        throw Error(framework::text(name_, ": cannot be started: ", std::strerror(failure)));
    }
}

Child::~Child() {
    close(socket_);
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

nlohmann::json Child::ask(const std::string& request) {
    const auto line = request + '\n';
    require<Error>(send(socket_, line.data(), line.size(), MSG_NOSIGNAL) == std::ssize(line), name_,
                   ": ended before \"", request, '"');
    const auto answer = read_line();
    auto parsed = nlohmann::json::parse(answer, nullptr, false);
    require<Error>(parsed.is_object(), name_, ": wanted a line of JSON for \"", request, "\", got ", answer);
    return parsed;
}

std::string Child::read_line() {
    auto end = unread_.find('\n');
    while (end == std::string::npos) {
        char part[4096];
        const auto got = recv(socket_, part, sizeof part, 0);
        require<Error>(got > 0, name_, ": ended without an answer");
        unread_.append(part, got);
        end = unread_.find('\n');
    }
    const auto line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return line;
}

}  // namespace experiments::peer

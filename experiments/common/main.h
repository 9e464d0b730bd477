// What every program's main() does around its work: parses the command line, and turns an error into one
// sentence on stderr and an exit code.
#pragma once

#include <algorithm>
#include <exception>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include <CLI/CLI.hpp>

#include "experiments/common/help.h"
#include "experiments/common/signals.h"
#include "experiments/common/terminate.h"
#include "framework/base/error.h"
#include "framework/base/text.h"

namespace experiments {

// Has the parser refuse --quiet=3: a switch takes no value.
inline void refuse_values_of_switches(CLI::App& app) {
    for (CLI::Option* option : app.get_options()) {
        if (option->get_expected_max() == 0) option->disable_flag_override();
    }
    for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
        refuse_values_of_switches(*command);
}

// Refuses an empty value, such as that of an unset shell variable.
inline void refuse_empty_values(CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        const bool empty = option->count() > 0 && option->get_items_expected_min() > 0 &&
                           std::ranges::all_of(option->results(), &std::string::empty);
        framework::require<framework::UsageError>(!empty, option->get_name(), " was given no value");
    }
    for (CLI::App* command : app.get_subcommands()) refuse_empty_values(*command);
}

// The parser's message. It is put into plain words if it is one like "--batch: 1 required N missing" or
// "quiet was given a disallowed flag override". A flag that is missing may be one that was misspelt.
inline std::string plain_words(const CLI::App& app, const CLI::ParseError& error) {
    std::string said = error.what();
    const bool missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    if (missing || dynamic_cast<const CLI::ExtrasError*>(&error)) {
        std::string misspelt = misspelt_argument(app);
        if (!misspelt.empty()) return misspelt;
    }
    const auto holds = [&](const char* words) { return said.find(words) != std::string::npos; };
    if (holds(" required ") && said.ends_with(" missing"))
        return said.substr(0, said.find(':')) + " was given no value";
    if (holds(": At Most 1 required but received "))
        return said.substr(0, said.find(':')) + " was given more than once";
    if (holds("subcommand is required")) return "a command is expected: " + commands_of(app);
    if (holds("disallowed flag override")) return "--" + said.substr(0, said.find(' ')) + " takes no value";
    return said;
}

// Set by a test that checks the command line only: run() then skips the program's work.
inline bool only_flags = false;

// Returns what `work` returns (0 if it returns nothing), or 1 or 2 of exit_codes. AUTOTM_VERSION comes from
// the build.
//     int main(int argc, char** argv) {
//         CLI::App app("Trains a model under a DRAM budget.", "train");
//         int batch = 64;
//         add_number(app, "--batch", batch, positive, "images in a batch");
//         return experiments::run(app, argc, argv, [&] { train(batch); });
//     }
template <class Work>
int run(CLI::App& app, int argc, char** argv, Work work) {
    constexpr int unmet = 1, wrong_command_line = 2;
    app.set_version_flag("--version", app.get_name() + " " + AUTOTM_VERSION);
    app.formatter(std::make_shared<HelpFormatter>());
    app.footer(app.get_footer() + exit_codes);
    for (CLI::App* command : app.get_subcommands({})) {
        command->formatter(app.get_formatter());
        command->footer(exit_codes);
    }
    const auto say = [&](std::string_view what) {
        std::cerr << framework::sentence(framework::text(app.get_name(), ": ", what)) << '\n';
    };
    try {
        refuse_values_of_switches(app);
        app.parse(argc, argv);
        refuse_empty_values(app);
        int code = 0;
        if (!only_flags) {
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
            } else {
                code = work();
            }
        }
        std::cout.flush();
        framework::require<framework::Error>(std::cout.good() || reader_is_gone(),
                                             "the standard output cannot be written");
        return code;
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        say(framework::text(plain_words(app, error), "; see ", app.get_name(), " --help"));
        return wrong_command_line;
    } catch (const framework::UsageError& error) {
        say(error.what());
        return wrong_command_line;
    } catch (const framework::Error& error) {
        say(error.what());
    } catch (const std::bad_alloc&) {
        say("the system has no memory left for this; use a smaller --batch or --image-size");
    } catch (const std::exception& error) {  // from a library; none is known to get here
        say(framework::text("a fault inside the program, of the kind ", typeid(error).name(),
                            "; please report it with the command line"));
    }
    return unmet;
}

}  // namespace experiments

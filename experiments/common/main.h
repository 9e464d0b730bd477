// What every program's main() does around its work: reads the command line, and turns what goes wrong into
// one sentence on stderr and an exit code.
#pragma once

#include <exception>
#include <iostream>
#include <new>

#include <CLI/CLI.hpp>

#include "framework/error.h"

namespace experiments {

// What a count and a rate may be; CLI11's own checks name the largest double there is in their messages.
inline const CLI::Range positive(1, 1000000000);
inline const CLI::Range not_negative(0.0, 1e9);

// 0 done, 1 the request cannot be met, 2 the command line is wrong. AUTOTM_VERSION comes from the build.
//     int main(int argc, char** argv) {
//         CLI::App app("Trains a model under a DRAM budget.", "train");
//         int batch = 64;
//         app.add_option("--batch", batch, "images in a batch")->check(positive);
//         return experiments::run(app, argc, argv, [&] { train(batch); });
//     }
template <class Work>
int run(CLI::App& app, int argc, char** argv, Work work) {
    constexpr int unmet = 1, wrong_command_line = 2;
    app.set_version_flag("--version", app.get_name() + " " + AUTOTM_VERSION);
    const auto say = [&](const char* what) { std::cerr << app.get_name() << ": " << what << '\n'; };
    try {
        app.parse(argc, argv);
        work();
        std::cout.flush();
        framework::require<framework::Error>(std::cout.good(), "the standard output cannot be written");
        return 0;
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        say(framework::text(error.what(), "; see ", app.get_name(), " --help").c_str());
        return wrong_command_line;
    } catch (const framework::UsageError& error) {
        say(error.what());
        return wrong_command_line;
    } catch (const std::bad_alloc&) {
        say("out of memory");
    } catch (const std::exception& error) {
        say(error.what());
    }
    return unmet;
}

}  // namespace experiments

// What every program's main() does around its work: reads the command line, and turns what goes wrong into
// one sentence on stderr and an exit code.
#pragma once

#include <algorithm>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <typeinfo>

#include <CLI/CLI.hpp>

#include "framework/error.h"
#include "framework/text.h"

namespace experiments {

// A number that `holds` says yes to; CLI11's own checks let NaN pass.
template <class Holds>
CLI::Validator number(const char* wanted, Holds holds) {
    return {[=](std::string& given) {
                double value = 0;
                const bool fits = CLI::detail::lexical_cast(given, value) && holds(value);
                return fits ? "" : framework::text(given, " is not ", wanted);
            },
            ""};
}

// What a count, a rate, a share and a seed may be.
inline const CLI::Range positive(1, 1000000000);
inline const CLI::Range image_side(1, 16384);
inline const CLI::Validator not_negative =
    number("a number from 0 to 1e9", [](double x) { return x >= 0 && x <= 1e9; });
inline const CLI::Validator below_one = number("in [0, 1)", [](double x) { return x >= 0 && x < 1; });
inline const CLI::Validator seed = number("an integer from 0 on", [](double x) { return x >= 0; });

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
    const auto say = [&](std::string_view what) {
        std::cerr << framework::sentence(framework::text(app.get_name(), ": ", what)) << '\n';
    };
    try {
        app.parse(argc, argv);
        // A value that is empty, as that of a variable nobody set, is no value.
        for (const CLI::Option* option : app.get_options()) {
            const bool empty = option->count() > 0 && option->get_items_expected_min() > 0 &&
                               std::ranges::all_of(option->results(), &std::string::empty);
            framework::require<framework::UsageError>(!empty, option->get_name(), " was given no value");
        }
        work();
        std::cout.flush();
        framework::require<framework::Error>(std::cout.good(), "the standard output cannot be written");
        return 0;
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        say(framework::text(error.what(), "; see ", app.get_name(), " --help"));
        return wrong_command_line;
    } catch (const framework::UsageError& error) {
        say(error.what());
        return wrong_command_line;
    } catch (const framework::Error& error) {
        say(error.what());
    } catch (const std::bad_alloc&) {
        say("the system has no memory left for this; use a smaller --batch or --image-size");
    } catch (const std::exception& error) {  // of a library: none is known to come here
        say(framework::text("a fault inside the program, of the kind ", typeid(error).name(),
                            "; please report it with the command line"));
    }
    return unmet;
}

}  // namespace experiments

// --help in groups and in plain words, and what a misspelt argument was probably meant to be.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace experiments {

// Prints flags by what they are for, in the order of the table in help.cpp; flags that are not in it come
// last.
class HelpFormatter : public CLI::Formatter {
  public:
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
    std::string make_option(const CLI::Option* option, bool is_positional) const override;
};

// "make, convert, inspect"; empty if the program has no commands.
std::string commands_of(const CLI::App& app);

// The first argument that the parser did not understand, with its nearest flag or command:
//     "--itertions" is no argument of this program; did you mean --iterations?
//     "--lr" is no argument of this program; did you mean --learning-rate?
// Empty if it understood all.
std::string misspelt_argument(const CLI::App& app);

}  // namespace experiments

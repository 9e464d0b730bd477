#include "experiments/common/help.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include "framework/base/error.h"
#include "framework/base/nearest.h"
#include "framework/base/text.h"

namespace experiments {

namespace {

struct Value {
    const char* flag;
    const char* value = "";  // what stands for a value that is no number
};
struct Group {
    const char* title;
    std::vector<Value> flags;
};

const std::vector<Group>& groups() {
    static const std::vector<Group> all{
        {"Network", {{"model", "NAME"}, {"batch"}, {"stem", "NAME"}, {"list-models"}}},
        {"Images",
         {{"data", "SET"},
          {"split", "NAME"},
          {"list", "FILE"},
          {"image-size"},
          {"classes"},
          {"augment", "NAME"},
          {"normalise", "NAME"},
          {"validation"},
          {"train"},
          {"test"},
          {"images-per-class"},
          {"size"}}},
        {"Training",
         {{"iterations"},
          {"epochs"},
          {"compared"},
          {"learning-rate"},
          {"schedule", "NAME"},
          {"warmup"},
          {"step-every"},
          {"step-factor"},
          {"momentum"},
          {"nesterov"},
          {"weight-decay"},
          {"decay-all"},
          {"label-smoothing"},
          {"evaluate-every"},
          {"patience"},
          {"no-evaluate"}}},
        {"Memory",
         {{"dram", "BUDGET"},
          {"shares", "BUDGETS"},
          {"placement", "NAME"},
          {"placements", "NAMES"},
          {"slow", "PLACE"},
          {"machine", "NAME"},
          {"emulate"},
          {"simulate"},
          {"capacity", "SIZE"}}},
        {"Solver and kernel times",
         {{"cache", "FILE"},
          {"thorough"},
          {"gap"},
          {"time-limit"},
          {"formulation", "NAME"},
          {"load", "FILE"},
          {"save", "FILE"},
          {"write-lp", "FILE"}}},
        {"Checkpoints",
         {{"checkpoint", "FILE"},
          {"checkpoint-every"},
          {"checkpoint-best", "FILE"},
          {"resume", "FILE"},
          {"init", "FILE"}}},
        {"Output",
         {{"report", "FILE"},
          {"log", "FILE"},
          {"csv", "FILE"},
          {"picture", "FILE"},
          {"plots", "DIR"},
          {"trace", "FILE"},
          {"trace-iterations"},
          {"top"},
          {"all"},
          {"rows"},
          {"no-table"},
          {"out", "FILE"},
          {"sheet", "FILE"},
          {"force"},
          {"verbose"},
          {"quiet"}}},
        {"Running",
         {{"threads"},
          {"seed"},
          {"without", "PASS"},
          {"no-fuse"},
          {"no-winograd"},
          {"check-moves"},
          {"help"},
          {"version"}}}};
    return all;
}

std::string name_of(const CLI::Option& option) {
    return option.get_lnames().empty() ? std::string() : option.get_lnames().front();
}

const CLI::Option* find(const CLI::App& app, const std::string& name) {
    const auto options = app.get_options([&](const CLI::Option* o) { return name_of(*o) == name; });
    return options.empty() ? nullptr : options.front();
}

// "N", "FILE"; empty for a switch.
std::string value_of(const CLI::Option& option) {
    if (option.get_items_expected_max() == 0) return {};
    std::string type = option.get_type_name();  // with the choices of some options behind a colon
    if (type == "N") return type;
    for (const Group& group : groups()) {
        for (const auto& [flag, value] : group.flags) {
            if (flag == name_of(option) && *value != 0) return value;
        }
    }
    return "VALUE";
}

// The words of `text` in lines of at most `width`, each but the first behind `indent` spaces.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
    std::string out, line;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (!line.empty() && indent + line.size() + 1 + word.size() > width) {
            out += line + '\n' + std::string(indent, ' ');
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
    }
    return out + line + '\n';
}

// A line for a name and what it is; the text starts on a line of its own behind a long name.
std::string row(const std::string& name, const std::string& text) {
    constexpr std::size_t column = 28, width = 100;
    const std::string left = "  " + name;
    const std::string gap =
        left.size() + 2 <= column ? std::string(column - left.size(), ' ') : '\n' + std::string(column, ' ');
    return left + gap + wrapped(text, column, width);
}

std::string usage_of(const CLI::App& app, const std::string& name) {
    std::string usage = "usage: " + name;
    for (const CLI::Option* option :
         app.get_options([](const CLI::Option* o) { return o->get_positional(); }))
        usage += option->get_required() ? " " + option->get_name(true) : " [" + option->get_name(true) + "]";
    return usage + (app.get_subcommands({}).empty() ? " [FLAGS]\n" : " COMMAND [FLAGS]\n");
}

// "--lr" of "--learning-rate".
std::string initials_of(const std::string& flag) {
    std::string initials = "--";
    for (std::size_t i = 2; i < flag.size(); ++i) {
        if (i == 2 || flag[i - 1] == '-') initials += flag[i];
    }
    return initials;
}

// The only flag that continues the word, or that the word continues, behind a hyphen ("--batch-size" of
// --batch), or that has the word as its initials. Empty if there is none, or more than one.
std::string related_flag(const std::string& word, const std::vector<std::string>& known) {
    std::string found;
    for (const std::string& flag : known) {
        const bool related = word.starts_with(flag + '-') || flag.starts_with(word + '-') ||
                             (word.size() > 3 && word == initials_of(flag));
        if (!related || !flag.starts_with("--")) continue;
        if (!found.empty()) return {};
        found = flag;
    }
    return found;
}

}  // namespace

std::string commands_of(const CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands({}))
        names += (names.empty() ? "" : ", ") + command->get_name();
    return names;
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
    std::string name = option->get_name(true), text = option->get_description();
    if (!is_positional) {
        name = option->get_snames().empty() ? "" : "-" + option->get_snames().front() + ", ";
        name += "--" + name_of(*option);
        if (const std::string value = value_of(*option); !value.empty()) name += " " + value;
    }
    std::string usual = option->get_default_str();
    if (usual.starts_with('[') && usual.ends_with(']')) usual = usual.substr(1, usual.size() - 2);
    if (!usual.empty()) text += " (default: " + usual + ")";
    if (!is_positional && option->get_required()) text += " (required)";
    return row(name, text);
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
    std::string out = app->get_description() + "\n\n" + usage_of(*app, name);
    for (const CLI::Option* option :
         app->get_options([](const CLI::Option* o) { return o->get_positional(); }))
        out += make_option(option, true);
    std::vector<const CLI::Option*> others =
        app->get_options([](const CLI::Option* o) { return o->nonpositional() && !o->get_group().empty(); });
    const auto add = [&](const std::string& title, const std::vector<const CLI::Option*>& options) {
        if (!options.empty()) out += "\n" + title + ":\n";
        for (const CLI::Option* option : options) out += make_option(option, false);
    };
    for (const Group& group : groups()) {
        std::vector<const CLI::Option*> shown;
        for (const Value& value : group.flags) {
            const CLI::Option* option = find(*app, value.flag);
            if (option && std::erase(others, option) > 0) shown.push_back(option);
        }
        add(group.title, shown);
    }
    add("More", others);
    const auto commands = app->get_subcommands({});
    if (!commands.empty()) out += "\nCommands (" + name + " COMMAND --help tells the flags of one):\n";
    for (const CLI::App* command : commands) out += row(command->get_name(), command->get_description());
    return out + "\n" + make_footer(app);
}

std::string misspelt_argument(const CLI::App& app) {
    const std::vector<std::string> unknown = app.remaining(true);
    if (unknown.empty()) return {};
    std::vector<std::string> known;
    const auto add = [&](const CLI::App& from) {
        for (const CLI::Option* option :
             from.get_options([](const CLI::Option* o) { return o->nonpositional(); }))
            known.push_back("--" + name_of(*option));
    };
    add(app);
    for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
    for (const CLI::App* command : app.get_subcommands()) add(*command);
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    std::string near = framework::neighbour(word, known);
    if (near.empty()) near = related_flag(word, known);
    const std::string commands = app.get_subcommands().empty() ? commands_of(app) : "";
    return framework::text(framework::in_quotes(word), " is no argument of this program",
                           !near.empty()       ? "; did you mean " + near + "?"
                           : !commands.empty() ? "; its commands are " + commands
                                               : "");
}

}  // namespace experiments

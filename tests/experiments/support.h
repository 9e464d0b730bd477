// A network small enough to train in a second, and what tests of the programs ask of a run.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

using nlohmann::json;
using support::Arguments;
using support::Finished;
using support::run_program;

Arguments operator+(Arguments first, const Arguments& second);

// ResNet-18 at 32x32, four images a batch, one thread.
inline const Arguments tiny{"--model", "resnet18", "--image-size", "32", "--batch", "4", "--threads", "1"};
inline const Arguments train_tiny =
    tiny + Arguments{"--no-evaluate"};  // without the accuracy on the test images

// Times come from a model of AutoTM's machine; nothing runs.
inline const Arguments simulated{"--simulate", "--machine", "paper"};

json read_json(const std::filesystem::path& path);

// The report of a run of `train` that must succeed.
json train_report(const TemporaryFolder& folder, const Arguments& arguments);

// Small image sets below folder/data, in all formats: "cifar10:...".
std::string data_in(const TemporaryFolder& folder, const std::string& format);

// The strings in a checkpoint's header.
std::map<std::string, std::string> metadata_of(const std::filesystem::path& checkpoint);
// The iteration that a checkpoint was written after.
std::int64_t iteration_of(const std::filesystem::path& checkpoint);

// Fails with this exit code; the last line on stderr, and no other, begins with the program's name, and it
// holds every one of `parts`.
void check_refusal(const Finished& run, int exit_code, const std::vector<std::string>& parts);

void check_has(const json& object, const std::vector<const char*>& fields);
// The fields that all reports share, and memory above 0.
void check_common(const json& report, const char* program, const char* mode);

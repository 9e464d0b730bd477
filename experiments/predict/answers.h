// What a network says about images: a line of a table for each as it comes, CSV and JSON of all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "experiments/common/report.h"
#include "runtime/training/trained_network.h"

namespace experiments::predict {

struct Answer {
    std::string class_name;
    double probability = 0;
};

struct Answers {
    std::filesystem::path file;
    std::vector<Answer> best{};  // the most likely first
};

// The `top` most likely classes by the logits.
std::vector<Answer> best_answers(std::span<const float> logits, const runtime::TrainedNetwork& network,
                                 int top);

// The lines of a table whose columns are as wide as these files and classes need.
class Table {
  public:
    Table(const std::vector<std::filesystem::path>& files, const runtime::TrainedNetwork& network, int top);
    std::string header() const;
    std::string line(const Answers& answers) const;

  private:
    std::size_t file_width_, class_width_;
    int top_;
};

std::string csv_of(const std::vector<Answers>& answers);  // a line for each answer
Json json_of(const std::vector<Answers>& answers);

}  // namespace experiments::predict

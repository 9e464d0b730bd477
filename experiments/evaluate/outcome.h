// What evaluate tells: on the screen, as CSV, as JSON and as a picture.
#pragma once

#include <string>

#include "experiments/common/report.h"
#include "experiments/evaluate/confusion.h"

namespace experiments::evaluate {

// Accuracy by class, `rows` of the worst if there are more; then the confusion matrix, or with many classes
// the `rows` most frequent confusions.
std::string tables_of(const Confusion& confusion, int rows);

// A line for each class: its counts, and how many of its images were taken for each class.
std::string csv_of(const Confusion& confusion);

Json json_of_classes(const Confusion& confusion);
Json json_of_confusions(const Confusion& confusion);  // the wrong answers, the most frequent first

// Draws the matrix of shares. `data` is for the title. See draw() of gnuplot.h.
void draw_confusion(const Confusion& confusion, const std::string& data, const std::string& file);

}  // namespace experiments::evaluate

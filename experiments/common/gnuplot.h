// Pictures, drawn by gnuplot.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace experiments {

struct Series {
    std::string title;
    std::vector<std::pair<double, double>> points{};
    std::string style = "linespoints linewidth 2";  // as gnuplot has it
};

struct Picture {
    std::string title, x, y;       // of the axes
    std::string options{};         // more lines of gnuplot: "set yrange [0.9:*]"
    std::vector<Series> series{};  // those without points are left out
};

// A PNG file, written beside and renamed. Throws Error where gnuplot is missing or fails, DataError where the
// file cannot be written.
void draw(const Picture& picture, const std::string& file);

}  // namespace experiments

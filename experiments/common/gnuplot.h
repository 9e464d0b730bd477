// Draws pictures with gnuplot.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace experiments {

struct Series {
    std::string title;
    std::vector<std::pair<double, double>> points{};
    std::string style = "linespoints linewidth 2";  // in gnuplot's words
};

struct Picture {
    std::string title, x, y;       // of the axes
    std::string options{};         // more lines of gnuplot: "set yrange [0.9:*]"
    std::vector<Series> series{};  // those without points are left out
};

// Draws a PNG file; an old one stays until the new one is complete. Throws Error if gnuplot is missing or
// fails, DataError if the file cannot be written.
void draw(const Picture& picture, const std::string& file);

}  // namespace experiments

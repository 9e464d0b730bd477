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

// A grid of shares from 0 to 1, a darker cell for a larger share. The lightness alone tells them apart, so
// the picture can be read in print and by the colour-blind. Small grids also have the shares as numbers.
struct HeatMap {
    std::string title, x, y;
    std::vector<std::string> columns{}, rows{};  // the first row is drawn at the top
    std::vector<std::vector<double>> shares{};   // [row][column]
};

// Draw a PNG file; an old one stays until the new one is complete. Throw Error if gnuplot is missing or
// fails, DataError if the file cannot be written.
void draw(const Picture& picture, const std::string& file);
void draw(const HeatMap& map, const std::string& file);

}  // namespace experiments

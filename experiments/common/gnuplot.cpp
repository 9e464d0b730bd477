#include "experiments/common/gnuplot.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/text.h"

namespace experiments {

namespace {

// Quotes a text as a string for gnuplot, in single quotes.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

std::string script(const Picture& picture, const std::string& file) {
    framework::TextStream head, blocks;
    head << "set terminal pngcairo size 900,540 font 'sans,11'\nset output " << quoted(file) << "\nset title "
         << quoted(framework::printable(picture.title)) << " noenhanced\nset xlabel "
         << quoted(framework::printable(picture.x)) << "\nset ylabel "
         << quoted(framework::printable(picture.y)) << "\nset grid\n"
         << picture.options << "\nplot ";
    const char* separator = "";
    for (const Series& series : picture.series) {
        if (series.points.empty()) continue;
        head << separator << "'-' with " << series.style << " title "
             << quoted(framework::printable(series.title)) << " noenhanced";
        separator = ", ";
        for (const auto& [x, y] : series.points) blocks << x << ' ' << y << '\n';
        blocks << "e\n";
    }
    return head.str() + '\n' + blocks.str();
}

// Draws what `script_for` writes for the name of a file that becomes `file`.
template <class Script>
void draw_by(Script script_for, const std::string& file) {
    framework::AtomicFile drawing(file);
    const std::string text = script_for(drawing.beside());
    const auto on_pipe = std::signal(SIGPIPE, SIG_IGN);  // gnuplot may end early; that is checked below
    FILE* gnuplot = popen("gnuplot 2>/dev/null", "w");
    const bool written = gnuplot && std::fwrite(text.data(), 1, text.size(), gnuplot) == text.size();
    const bool drawn = gnuplot && pclose(gnuplot) == 0 && written;
    std::signal(SIGPIPE, on_pipe);
    framework::require<framework::Error>(drawn, "gnuplot did not draw ", file,
                                         "; install the package gnuplot-nox, or leave --picture out");
    drawing.commit();
}

constexpr std::size_t most_numbered = 16, most_named = 40;  // rows or columns of a HeatMap

// Doubles each %: gnuplot takes the names along an axis for formats.
std::string without_formats(const std::string& name) {
    std::string out;
    for (const char c : name) out += c == '%' ? std::string("%%") : std::string(1, c);
    return out;
}

// gnuplot's words for the names along an axis.
std::string names_along(const std::vector<std::string>& names) {
    if (names.size() > most_named) return "autofreq";
    std::string tics = "(";
    for (std::size_t i = 0; i < names.size(); ++i)
        tics += (i == 0 ? "" : ", ") + quoted(without_formats(framework::printable(names[i]))) + " " +
                std::to_string(i);
    return tics + ")";
}

std::string script(const HeatMap& map, const std::string& file) {
    const std::size_t rows = map.rows.size(), columns = map.columns.size();
    const std::size_t side = std::clamp<std::size_t>(44 * std::max(rows, columns), 320, 1000);
    framework::TextStream out;
    out << "set terminal pngcairo noenhanced size " << side + 280 << ',' << side + 220
        << " font 'sans,11'\nset output " << quoted(file) << "\nset title "
        << quoted(framework::printable(map.title)) << "\nset xlabel " << quoted(framework::printable(map.x))
        << "\nset ylabel " << quoted(framework::printable(map.y)) << "\nset xtics rotate by 45 right "
        << names_along(map.columns) << "\nset ytics " << names_along(map.rows) << "\nset tics out nomirror"
        << "\nset xrange [-0.5:" << columns << "-0.5]\nset yrange [" << rows << "-0.5:-0.5]"
        << "\nset size ratio " << rows << ".0/" << columns
        << "\nset palette defined (0 '#FFFFFF', 0.5 '#6F9BC4', 1 '#0A2140')\nset cbrange [0:1]"
        << "\nset cbtics ('0 %%' 0, '25 %%' 0.25, '50 %%' 0.5, '75 %%' 0.75, '100 %%' 1)"
        << "\nunset key\n$cells << END\n";
    framework::TextStream dark, light;  // numbers on light and on dark cells
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            const double share = map.shares[row][column];
            out << column << ' ' << row << ' ' << share << '\n';
            if (share > 0)
                (share < 0.5 ? dark : light)
                    << column << ' ' << row << ' ' << std::lround(100 * share) << '\n';
        }
    }
    const bool numbered = std::max(rows, columns) <= most_numbered;
    out << "END\n$dark << END\n"
        << dark.str() << "END\n$light << END\n"
        << light.str() << "END\nplot $cells using 1:2:3 with image";
    if (numbered && !dark.str().empty()) out << ", $dark with labels textcolor rgb '#000000'";
    if (numbered && !light.str().empty()) out << ", $light with labels textcolor rgb '#FFFFFF'";
    return out.str() + '\n';
}

}  // namespace

void draw(const Picture& picture, const std::string& file) {
    draw_by([&](const std::string& to) { return script(picture, to); }, file);
}

void draw(const HeatMap& map, const std::string& file) {
    draw_by([&](const std::string& to) { return script(map, to); }, file);
}

}  // namespace experiments

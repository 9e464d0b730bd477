#include "experiments/common/gnuplot.h"

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

}  // namespace

void draw(const Picture& picture, const std::string& file) {
    framework::AtomicFile drawing(file);
    const std::string text = script(picture, drawing.beside());
    const auto on_pipe = std::signal(SIGPIPE, SIG_IGN);  // gnuplot may end early; that is checked below
    FILE* gnuplot = popen("gnuplot 2>/dev/null", "w");
    const bool written = gnuplot && std::fwrite(text.data(), 1, text.size(), gnuplot) == text.size();
    const bool drawn = gnuplot && pclose(gnuplot) == 0 && written;
    std::signal(SIGPIPE, on_pipe);
    framework::require<framework::Error>(drawn, "gnuplot did not draw ", file,
                                         "; install the package gnuplot-nox, or leave --picture out");
    drawing.commit();
}

}  // namespace experiments

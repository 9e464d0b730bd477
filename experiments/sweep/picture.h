// The picture of a sweep.
#pragma once

#include <string>
#include <vector>

#include "experiments/sweep/points.h"

namespace experiments::sweep {

// Draws a line for each placement, and shades what no plan can reach. Lines differ in colour (those of Okabe
// and Ito, which the colour-blind tell apart), in dashes and in marks; synchronous is drawn last and
// thickest. Throws as draw() does.
void draw_points(const Question& question, const std::vector<Point>& points, const std::string& file);

}  // namespace experiments::sweep

// How accuracies and other shares are printed.
#pragma once

#include <string>

#include "runtime/training/training.h"

namespace experiments {

std::string print_share(double share, int decimals = 2);  // 0.125 is "12.50 %"

// "accuracy on 50 test images: top-1 10.00 %, top-5 52.00 %"
std::string accuracy_line(const runtime::Accuracy& accuracy, const std::string& split);

}  // namespace experiments

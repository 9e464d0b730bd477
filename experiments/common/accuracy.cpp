#include "experiments/common/accuracy.h"

#include "framework/base/numbers.h"
#include "framework/base/text.h"

namespace experiments {

std::string print_share(double share, int decimals) {
    return framework::fixed(100 * share, decimals) + " %";
}

std::string accuracy_line(const runtime::Accuracy& accuracy, const std::string& split) {
    return framework::text("accuracy on ", accuracy.samples, " ", split, " images: top-1 ",
                           print_share(accuracy.top1),
                           accuracy.top5 ? ", top-5 " + print_share(*accuracy.top5) : "");
}

}  // namespace experiments

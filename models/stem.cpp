#include "models/stem.h"

#include "framework/base/error.h"
#include "framework/base/ids.h"
#include "framework/base/text.h"
#include "framework/graph/layers.h"

namespace models {

using namespace framework;

Stem stem_for(Stem asked, int image_size) {
    if (asked != Stem::by_size) return asked;
    return image_size <= 64 ? Stem::small : Stem::imagenet;
}

const char* name_of(Stem stem) {
    constexpr ByEnum<Stem, const char*, 3> names{{"auto", "small", "imagenet"}};
    return names[stem];
}

Stem parse_stem(const std::string& name) {
    for (const Stem stem : {Stem::by_size, Stem::small, Stem::imagenet}) {
        if (name == name_of(stem)) return stem;
    }
    throw UsageError(text(in_quotes(name), " is no stem; there are small, imagenet and auto"));
}

Tensor stem(Tensor images, Stem stem) {
    const Graph::Scope scope(*images.graph, "stem");
    if (stem_for(stem, images.shape().height()) == Stem::small)
        return images | conv(64, {.kernel = 3, .padding = 1}) | batch_norm | relu;
    return images | conv(64, {.kernel = 7, .stride = 2, .padding = 3}) | batch_norm | relu  //
           | max_pool({.kernel = 3, .stride = 2, .padding = 1});
}

}  // namespace models

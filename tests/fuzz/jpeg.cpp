// Image files as they come: the content decides whether they are read as JPEG or PNG.
#include "runtime/data/codec.h"
#include "tests/fuzz/harness.h"

using namespace runtime::data;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge([&] {
        const Image image = decode_image(fuzz::write("image", {data, size}));
        if (image.shape.area() > 1 << 20) return;  // what follows takes seconds under sanitizers
        std::vector<std::uint8_t> small(std::size_t{3} * 8 * 8);
        fit(image, {3, 8, 8}, small.data());
    });
}

// Buffers that want addresses (layout FILE).
#include "experiments/layout/buffers.h"

#include "tests/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Input input(data, size);
    const std::filesystem::path file = fuzz::write("buffers.csv", input);
    return fuzz::judge([&] { experiments::read_buffers(file.string()); }, input);
}

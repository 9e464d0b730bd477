// CIFAR-10: the names of the classes (write_beside()), then the records.
#include "runtime/data/cifar10.h"

#include "tests/fuzz/sets.h"

using namespace runtime::data;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge([&] {
        fuzz::Input input(data, size);
        fuzz::write_beside("batches.meta.txt", input);
        fuzz::write("data_batch_1.bin", input);
        fuzz::read_all(open_cifar10(fuzz::folder(), Split::train));
    });
}

// CIFAR-10: the names of the classes, then the records.
#include "runtime/data/cifar10.h"

#include "tests/fuzz/sets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge_set({data, size}, {"batches.meta.txt", "data_batch_1.bin"},
                           runtime::data::open_cifar10);
}

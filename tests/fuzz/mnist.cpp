// MNIST: the names of the classes, the file of labels, then the file of images.
#include "runtime/data/mnist.h"

#include "tests/fuzz/sets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge_set({data, size},
                           {"classes.txt", "train-labels-idx1-ubyte", "train-images-idx3-ubyte"},
                           runtime::data::open_mnist);
}

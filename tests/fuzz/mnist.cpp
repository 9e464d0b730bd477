// MNIST: the names of the classes and the file of labels (write_beside()), then the file of images.
#include "runtime/data/mnist.h"

#include "tests/fuzz/sets.h"

using namespace runtime::data;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge([&] {
        fuzz::Input input(data, size);
        fuzz::write_beside("classes.txt", input);
        fuzz::write_beside("train-labels-idx1-ubyte", input);
        fuzz::write("train-images-idx3-ubyte", input);
        fuzz::read_all(open_mnist(fuzz::folder(), Split::train));
    });
}

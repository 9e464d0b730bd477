// Weights of a checkpoint as the beginning of another run, perhaps with another number of classes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/program.h"

namespace runtime {

struct InitialWeights {
    struct Left {
        std::string name, why;  // why: "the file has F32 [10, 512], the model [5, 512]"
    };
    std::vector<std::string> taken;  // names of parameters and running statistics
    std::vector<Left> left;          // those of the model that keep their initial values
    std::size_t unused = 0;          // tensors of the file that the model has no use for
};

// Takes each parameter and running statistic that the file has under the same name with the same shape, as
// F32, F16 or BF16. The optimizer's state is not taken: it belongs to the run that wrote the file. Throws
// DataError if the file has no such parameter; the program is then unchanged.
InitialWeights load_weights(const std::filesystem::path& path, Program& program);

}  // namespace runtime

#include "tests/support/saved_problems.h"

#include <array>
#include <memory>

#include <zlib.h>

#include "framework/base/error.h"
#include "framework/base/json.h"
#include "optimizer/proof/document.h"

namespace support {

std::vector<std::string> saved_problems() {
    return {"resnet18", "resnet50", "vgg19", "densenet121", "inception_v4"};
}

optimizer::StoredProblem saved_problem(const std::string& name) {
    const std::string path = std::string(SOURCE_ROOT) + "/tests/data/problems/" + name + ".json.gz";
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
    framework::require<framework::DataError>(file != nullptr, path, " cannot be read");
    std::vector<std::uint8_t> content;
    std::array<std::uint8_t, 1 << 16> part;
    for (int read = 1; read > 0;) {
        read = gzread(file.get(), part.data(), static_cast<unsigned>(part.size()));
        framework::require<framework::DataError>(read >= 0, path, " is damaged");
        content.insert(content.end(), part.begin(), part.begin() + read);
    }
    return optimizer::StoredProblem(
        optimizer::read_document(framework::JsonFile(path, std::span<const std::uint8_t>(content))));
}

}  // namespace support

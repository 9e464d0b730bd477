// Kernel times kept in a file (--cache): an unreadable file is reported, kept and replaced.
#include <stdexcept>

#include "framework/base/error.h"
#include "runtime/profiling/profile_cache.h"
#include "tests/fuzz/harness.h"

namespace {

std::string lists(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

// Lists in lists, far deeper than a reader that calls itself for each can follow.
constexpr std::size_t deep = 100'000;
const fuzz::LargeInput deep_kernel([] {
    return R"({"format":"autotm kernel times 4","copies":{},"kernels":{"a":[)" + lists(deep) + "]}}";
});
const fuzz::LargeInput deep_number([] {
    return R"({"format":"autotm kernel times 4","copies":{},"kernels":{"a":[[0,)" + lists(deep) + ",0,1]]}}";
});
const fuzz::LargeInput deep_copy([] {
    return R"({"format":"autotm kernel times 4","copies":{"a":[)" + lists(deep) + R"(,1,1]},"kernels":{}})";
});
const fuzz::LargeInput deep_file([] { return lists(deep); });
const fuzz::LargeInput deep_format([] { return R"({"format":)" + lists(deep) + "}"; });

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::judge([&] {
        const std::filesystem::path path = fuzz::write("kernels.json", {data, size});
        const runtime::ProfileCache cache(path);
        cache.save();
        const std::string again = runtime::ProfileCache(path).damaged();
        if (!again.empty()) throw std::logic_error("what was saved cannot be read: " + again);
        std::error_code ignored;
        std::filesystem::remove(path.string() + ".damaged", ignored);
        if (!cache.damaged().empty()) throw framework::DataError(cache.damaged());
    });
}

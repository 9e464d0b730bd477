#include "tests/fuzz/sets.h"

#include "framework/base/error.h"

namespace fuzz {

namespace data = runtime::data;

namespace {

// A file whose length stands in front of it. Both are taken from the input.
void write_counted(const char* name, Input& input) {
    const Input length = take(input, 1);
    const Input content = take(input, length.empty() ? 0 : length.front());
    std::error_code ignored;
    if (content.empty()) std::filesystem::remove(folder() / name, ignored);
    if (!content.empty()) write(name, content);
}

// Reads all that training would: classes, labels, statistics, images in another shape.
void read_all(const data::DatasetPtr& set) {
    for (std::int64_t i = 0; i < set->count(); ++i) {
        const auto label = static_cast<std::size_t>(set->label(i));
        if (label >= set->classes().size()) throw std::logic_error("a label has no class");
    }
    data::channel_statistics(*set, 8);
    const data::DatasetPtr small = data::reshaped(set, {3, 8, 8});
    std::vector<std::uint8_t> image(small->shape().bytes());
    small->read(0, image.data());
    small->read(small->count() - 1, image.data());
}

}  // namespace

int judge_set(Input input, const std::vector<const char*>& files,
              data::DatasetPtr (*open)(const std::filesystem::path& folder, data::Split)) {
    const auto read = [&] {
        Input rest = input;
        for (const char* name : files)
            if (name != files.back()) write_counted(name, rest);
        write(files.back(), rest);
        read_all(open(folder(), data::Split::train));
    };
    return judge(read);
}

}  // namespace fuzz

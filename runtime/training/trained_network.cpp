#include "runtime/training/trained_network.h"

#include <string_view>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/json.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "runtime/training/run_description.h"

namespace runtime {

namespace fs = std::filesystem;
using framework::DataError;
using framework::require;
using framework::text;

namespace {

class Reader {
  public:
    Reader(const fs::path& file, const StoredMetadata& about) : file_(file.string()), about_(about) {
        require_keys();
    }

    const std::string& word(const char* key) const { return about_.at(key); }
    std::string word_or(const char* key, const std::string& otherwise) const {
        const auto found = about_.find(key);
        return found == about_.end() ? otherwise : found->second;
    }

    template <class Whole>
    Whole whole(const char* key, Whole least, Whole most) const {
        const framework::Interval<Whole> interval{least, most};
        const auto number = framework::parse_number<Whole>(word(key));
        if (!number || !interval.holds(*number)) fail(key, framework::describe(interval));
        return *number;
    }

    std::vector<std::string> words(const char* key, std::size_t most) const {
        const framework::JsonFile json = list(key);
        std::vector<std::string> found;
        for (const framework::Field& field : json.root().list()) found.push_back(field.word());
        if (found.empty() || found.size() > most) fail(key, text("a list of 1 to ", most, " names"));
        return found;
    }

    std::vector<float> numbers(const char* key, std::size_t count, double least) const {
        const framework::JsonFile json = list(key);
        std::vector<float> found;
        for (const double number : json.root().numbers(least, 1e6))
            found.push_back(static_cast<float>(number));
        if (found.size() != count) fail(key, text("a list of ", count, " numbers, one for each channel"));
        return found;
    }

    void require_one_of(const char* key, std::initializer_list<std::string_view> known) const {
        std::string listed;
        for (const std::string_view value : known) {
            if (word(key) == value) return;
            listed += (listed.empty() ? "\"" : " or \"") + std::string(value) + '"';
        }
        fail(key, listed);
    }

  private:
    framework::JsonFile list(const char* key) const {
        const std::string& value = word(key);
        return {text(file_, ": its metadata \"", key, "\""),
                {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}};
    }

    void require_keys() const {
        require<DataError>(about_.contains("model") && about_.contains("iteration"), file_,
                           ": its metadata name no model, so it is no checkpoint of train; give a file that "
                           "train --checkpoint wrote");
        std::string missing;
        const auto need = [&](const char* key) {
            if (!about_.contains(key)) missing += (missing.empty() ? "" : ", ") + std::string(key);
        };
        for (const char* key :
             {"classes", "class_names", "image_size", "channels", "resize", "normalise", "batch", "seed"})
            need(key);
        if (word_or("normalise", "set") == "set") {
            need("mean");
            need("std");
        }
        require<DataError>(missing.empty(), file_, ": an earlier version wrote it, without ", missing,
                           "; its train command with --resume ", file_,
                           " and a new --checkpoint FILE writes them, without further training");
    }

    [[noreturn]] void fail(const char* key, const std::string& wanted) const {
        throw DataError(text(file_, ": its metadata have ", framework::in_quotes(word(key)), " as \"", key,
                             "\"; expected ", wanted));
    }

    std::string file_;
    const StoredMetadata& about_;
};

}  // namespace

std::string TrainedNetwork::name_of(int label) const {
    const auto index = static_cast<std::size_t>(label);
    return index < class_names.size() ? class_names[index] : text("class ", label);
}

TrainedNetwork trained_network(const fs::path& file, const StoredMetadata& about) {
    constexpr int most_classes = 1'000'000, most_side = 16384, most_batch = 1'000'000;
    const Reader reader(file, about);
    reader.require_one_of("resize", {resize_method});
    reader.require_one_of("normalise", {"set", "image"});
    reader.require_one_of("channels", {"1", "3"});
    TrainedNetwork network{.model = reader.word("model"),
                           .stem = reader.word_or("stem", ""),
                           .classes = reader.whole("classes", 1, most_classes)};
    network.class_names = reader.words("class_names", static_cast<std::size_t>(network.classes));
    network.batch = reader.whole("batch", 1, most_batch);
    network.seed = reader.whole<std::uint64_t>("seed", 0, UINT64_MAX);
    network.image_size = reader.whole("image_size", 1, most_side);
    data::TransformOptions& transform = network.transform;
    transform.crop = network.image_size;
    transform.channels = reader.whole("channels", 1, 3);
    transform.per_image = reader.word("normalise") == "image";
    if (transform.per_image) return network;
    const auto channels = static_cast<std::size_t>(transform.channels);
    transform.mean = reader.numbers("mean", channels, -1e6);
    transform.deviation = reader.numbers("std", channels, 0);
    return network;
}

}  // namespace runtime

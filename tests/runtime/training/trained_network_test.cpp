#include "runtime/training/trained_network.h"

#include <doctest/doctest.h>

#include "runtime/training/run_description.h"
#include "tests/support/temporary_folder.h"

namespace {

const runtime::data::TransformOptions transform{.crop = 2,
                                                .padding = 1,
                                                .random = true,
                                                .flip = true,
                                                .channels = 3,
                                                .mean = {0.25F},
                                                .deviation = {0.5F}};

runtime::StoredMetadata written() {
    const runtime::data::DatasetPtr images =
        runtime::data::in_memory({1, 2, 2}, {"cat", "dog"}, {0, 1}, std::vector<std::uint8_t>(8));
    const runtime::RunDescription run{
        .model = "resnet18", .stem = "small", .classes = 3, .batch = 8, .seed = 5};
    runtime::StoredMetadata about = run.metadata(*images, transform);
    about["iteration"] = "4";
    return about;
}

}  // namespace

TEST_CASE("trained network: what a run describes is read back, without the random part") {
    const runtime::TrainedNetwork network = runtime::trained_network("c", written());
    CHECK(network.model == "resnet18");
    CHECK(network.stem == "small");
    CHECK(network.classes == 3);
    CHECK(network.batch == 8);
    CHECK(network.seed == 5);
    CHECK(network.image_size == 2);
    CHECK(network.name_of(1) == "dog");
    CHECK(network.name_of(2) == "class 2");
    CHECK(network.transform.crop == 2);
    CHECK(network.transform.padding == 0);
    CHECK_FALSE(network.transform.random);
    CHECK_FALSE(network.transform.flip);
    CHECK(network.transform.channels == 3);
    CHECK(network.transform.mean == std::vector<float>(3, 0.25F));
    CHECK(network.transform.deviation == std::vector<float>(3, 0.5F));
    CHECK_FALSE(network.transform.per_image);
}

TEST_CASE("trained network: what is missing or wrong is named, with the way out") {
    const auto said = [](const char* key, const char* value) {
        runtime::StoredMetadata about = written();
        about.erase(key);
        if (*value) about[key] = value;
        return complaint([&] { runtime::trained_network("c.safetensors", about); });
    };
    CHECK_MENTIONS(said("model", ""), "c.safetensors", "no checkpoint of train");
    CHECK_MENTIONS(said("class_names", ""), "without class_names", "--resume c.safetensors");
    CHECK_MENTIONS(said("mean", ""), "without mean");
    for (const auto& [key, value] : {std::pair{"classes", "0"},
                                     {"classes", "1"},
                                     {"classes", "x"},
                                     {"class_names", "[1]"},
                                     {"class_names", "{"},
                                     {"class_names", "[]"},
                                     {"image_size", "-1"},
                                     {"channels", "2"},
                                     {"resize", "cubic"},
                                     {"normalise", "no"},
                                     {"mean", "[1]"},
                                     {"std", "[1,1,-1]"},
                                     {"seed", "-1"}}) {
        CAPTURE(key);
        CAPTURE(value);
        CHECK_MENTIONS(said(key, value), "c.safetensors", std::string(key).substr(0, 5));
    }
}

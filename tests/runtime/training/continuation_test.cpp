#include "runtime/training/continuation.h"

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "runtime/training/run_description.h"
#include "tests/support/temporary_folder.h"

using namespace runtime;

namespace {

const data::TransformOptions transform{
    .crop = 8, .random = true, .flip = true, .channels = 3, .mean = {0.1F, 0.5F, 0.25F}, .deviation = {0.5F}};

LearningRate rate_of(std::int64_t total, LearningRate::Shape shape = LearningRate::cosine) {
    return {.shape = shape,
            .base = 0.02F,
            .warmup = LearningRate::default_warmup(total),
            .total = total,
            .every = LearningRate::default_every(total),
            .factor = 0.1F};
}

RunDescription run_of(std::int64_t total) {
    return {.model = "resnet18",
            .stem = "small",
            .classes = 3,
            .batch = 4,
            .seed = 7,
            .data = "images:pets",
            .rate = rate_of(total),
            .sgd = {.nesterov = true}};
}

StoredMetadata metadata(const RunDescription& run,
                        const std::vector<std::string>& classes = {"cat", "dog \"Rex\"", "vögel"}) {
    const auto set = data::in_memory({3, 8, 8}, classes, {0}, std::vector<std::uint8_t>(192));
    return run.metadata(*set, transform);
}

std::string refusal(const StoredMetadata& about, const StoredMetadata& wanted) {
    try {
        require_continues("c.safetensors", about, wanted);
        return "";
    } catch (const framework::UsageError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("description: a checkpoint says how to prepare an image, and every setting of the run") {
    CHECK(metadata(run_of(100)) == StoredMetadata{{"program", "autotm train"},
                                                  {"version", AUTOTM_VERSION},
                                                  {"model", "resnet18"},
                                                  {"stem", "small"},
                                                  {"classes", "3"},
                                                  {"class_names", R"(["cat","dog \"Rex\"","vögel"])"},
                                                  {"image_size", "8"},
                                                  {"channels", "3"},
                                                  {"resize", "centre square, bilinear, antialiased"},
                                                  {"normalise", "set"},
                                                  {"mean", "[0.10000000149011612,0.5,0.25]"},
                                                  {"std", "[0.5,0.5,0.5]"},
                                                  {"augment", "crop-flip"},
                                                  {"batch", "4"},
                                                  {"seed", "7"},
                                                  {"data", "images:pets"},
                                                  {"validation", "0"},
                                                  {"iterations", "100"},
                                                  {"learning_rate", "0.02"},
                                                  {"schedule", "cosine"},
                                                  {"warmup", "5"},
                                                  {"momentum", "0.9"},
                                                  {"nesterov", "true"},
                                                  {"weight_decay", "0.0001"},
                                                  {"decay_all", "false"},
                                                  {"label_smoothing", "0"}});
}

TEST_CASE("continuation: the same run, or a longer one with the defaults of its length") {
    const StoredMetadata about = metadata(run_of(100));
    CHECK(refusal(about, metadata(run_of(100))).empty());
    CHECK(refusal(about, metadata(run_of(1000))).empty());
    CHECK_MENTIONS(refusal(about, metadata(run_of(99))), "c.safetensors", "100 iterations", "longer than 99");
    RunDescription stepped = run_of(90), longer = run_of(900);
    stepped.rate = rate_of(90, LearningRate::step);
    longer.rate = rate_of(900, LearningRate::step);
    CHECK(refusal(metadata(stepped), metadata(longer)).empty());
    longer.rate.every = 45;
    CHECK_MENTIONS(refusal(metadata(stepped), metadata(longer)), "step every 30", "asks for 45");
}

TEST_CASE("continuation: a warm-up that was given must be given again") {
    RunDescription given = run_of(100), longer = run_of(1000);
    given.rate.warmup = 20;
    CHECK_MENTIONS(refusal(metadata(given), metadata(longer)), "warmup 20", "asks for 50");
    longer.rate.warmup = 20;
    CHECK(refusal(metadata(given), metadata(longer)).empty());
}

TEST_CASE("continuation: another setting is refused by name") {
    const StoredMetadata about = metadata(run_of(100));
    RunDescription other = run_of(100);
    other.sgd.momentum = 0.5F;
    CHECK_MENTIONS(refusal(about, metadata(other)), "momentum 0.9", "asks for 0.5");
    other = run_of(100);
    other.validation = 0.1;
    CHECK_MENTIONS(refusal(about, metadata(other)), "validation 0", "asks for 0.1");
    CHECK_MENTIONS(refusal(about, metadata(run_of(100), {"dog", "cat", "vögel"})), "class names", "dog");
    other.rate = rate_of(80);  // of fewer images a shorter run follows, which is not the cause
    CHECK_MENTIONS(refusal(about, metadata(other)), "validation 0", "asks for 0.1");
    other = run_of(100);
    other.data = "images:elsewhere";  // folders may be moved
    CHECK(refusal(about, metadata(other)).empty());
}

TEST_CASE("continuation: a checkpoint of an earlier version is of the same run if its settings are") {
    StoredMetadata earlier{{"program", "autotm train"},
                           {"version", "0.1"},
                           {"model", "resnet18"},
                           {"classes", "3"},
                           {"batch", "4"},
                           {"image_size", "8"},
                           {"seed", "7"},
                           {"iterations", "100"},
                           {"data", "images:elsewhere"},
                           {"training",
                            "learning rate 0.02 cosine warmup -1 step 0 0.1, momentum 0.9 nesterov, "
                            "weight decay 0.0001, label smoothing 0, augment auto"}};
    const auto current = [&] { return current_keys("c.safetensors", earlier); };
    CHECK_FALSE(current().contains("training"));
    CHECK(refusal(current(), metadata(run_of(100))).empty());
    CHECK(refusal(current(), metadata(run_of(200))).empty());

    RunDescription other = run_of(100);
    other.rate.shape = LearningRate::step;
    other.rate.warmup = 3;
    other.rate.every = 30;
    other.sgd = {.momentum = 0, .weight_decay = 0.001F, .decay_all = true};
    other.label_smoothing = 0.1F;
    CHECK_MENTIONS(refusal(current(), metadata(other)), "schedule cosine", "asks for step");
    earlier["training"] =
        "learning rate 0.02 step warmup 3 step 30 0.1, momentum 0, weight decay 0.001 on all, "
        "label smoothing 0.1, augment crop-flip";
    CHECK(refusal(current(), metadata(other)).empty());
    earlier["training"] += ", normalise image";
    CHECK_MENTIONS(refusal(current(), metadata(other)), "normalise image", "asks for set");
    earlier.erase("iterations");
    CHECK_MENTIONS(complaint([&] { current(); }), "c.safetensors", "\"iterations\"");
    earlier["training"] = std::string(100000, 'x');
    CHECK_MENTIONS(complaint([&] { current(); }), "c.safetensors", "\"training\"");
}

#include "runtime/training/evaluations.h"

#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "runtime/training/epochs.h"
#include "tests/support/temporary_folder.h"

using namespace runtime;

TEST_CASE("evaluations: the first of equals is the best, and patience counts from it") {
    Evaluations evaluations;
    CHECK(evaluations.best() == nullptr);
    CHECK_FALSE(evaluations.exhausted(1));
    CHECK(evaluations.add({10, 0.5}));
    CHECK_FALSE(evaluations.add({20, 0.25}));
    CHECK(evaluations.add({30, 0.75}));
    CHECK_FALSE(evaluations.exhausted(1));
    CHECK_FALSE(evaluations.add({40, 0.75}));
    CHECK(evaluations.best()->iteration == 30);
    CHECK(evaluations.exhausted(10));
    CHECK_FALSE(evaluations.exhausted(11));
    CHECK(evaluations.contains(20));
    CHECK_FALSE(evaluations.contains(25));
}

TEST_CASE("evaluations: a checkpoint keeps them exactly") {
    Evaluations evaluations;
    StoredMetadata about;
    evaluations.store(about);
    CHECK(about.empty());
    CHECK(Evaluations("c", about).all().empty());
    evaluations.add({3, 1.0 / 3});
    evaluations.add({7, 0.1 + 0.2});
    evaluations.store(about);
    const Evaluations read("c", about);
    REQUIRE(read.all().size() == 2);
    CHECK(read.all()[0].top1 == 1.0 / 3);
    CHECK(read.all()[1].top1 == 0.1 + 0.2);
    CHECK(read.all()[1].iteration == 7);
}

TEST_CASE("evaluations: damaged ones are refused by the name of the checkpoint") {
    for (const char* damaged : {"", "7", "[7]", R"([{"iteration":1}])", R"([{"iteration":1,"accuracy":2}])",
                                R"([{"iteration":2,"accuracy":0},{"iteration":2,"accuracy":0}])"}) {
        CAPTURE(damaged);
        CHECK_MENTIONS(complaint([&] {
                           Evaluations("c.safetensors", {{"evaluations", damaged}});
                       }),
                       "c.safetensors", "evaluations");
    }
}

TEST_CASE("epochs: each has its mean loss and its seconds, also one in which a run begins") {
    EpochHistory history(3);
    history.add_accuracy(0.5);  // before the first iteration there is no epoch to add it to
    CHECK(history.epochs().empty());
    for (std::int64_t iteration = 1; iteration < 7; ++iteration)
        history.add(iteration, static_cast<float>(iteration), 0.5);
    history.add_accuracy(0.25);
    REQUIRE(history.epochs().size() == 3);
    CHECK(history.epochs()[0].number == 1);
    CHECK(history.epochs()[0].iterations == 2);
    CHECK(history.epochs()[0].loss == 1.5);
    CHECK(history.epochs()[0].seconds == 1);
    CHECK(history.epochs()[1].loss == 4);
    CHECK_FALSE(history.epochs()[1].accuracy.has_value());
    CHECK(history.epochs()[2].number == 3);
    CHECK(history.epochs()[2].accuracy == 0.25);
    CHECK(history.is_end(6));
    CHECK_FALSE(history.is_end(7));
}

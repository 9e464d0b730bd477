// The families of networks against what is known of them: parameters, multiply-adds, the sizes that fit.
#include <doctest/doctest.h>

#include "framework/base/error.h"
#include "framework/graph/summary.h"
#include "framework/passes/fuse.h"
#include "framework/passes/in_place.h"
#include "framework/plan/schedule.h"
#include "models/models.h"

using namespace framework;

namespace {

std::int64_t multiply_adds(const std::string& name) {
    return summarize(models::inference(name, {.batch = 1})).total.multiply_adds;
}

Shape shape_of(const Graph& graph, const std::string& op) {
    for (const LayerSummary& layer : summarize(graph).layers) {
        if (layer.name == op) return layer.out;
    }
    return {};
}

}  // namespace

TEST_CASE("models: parameters with 1000 classes are those of the papers") {
    struct Known {
        const char* name;
        std::int64_t parameters;
    };
    const Known known[] = {
        {"vgg11", 132'863'336},      {"vgg13", 133'047'848},      {"vgg16", 138'357'544},
        {"vgg19", 143'667'240},      {"resnet18", 11'689'512},    {"resnet34", 21'797'672},
        {"resnet50", 25'557'032},    {"resnet101", 44'549'160},   {"resnet152", 60'192'808},
        {"resnet200", 64'673'832},   {"densenet121", 7'978'856},  {"densenet169", 14'149'480},
        {"densenet201", 20'013'928}, {"densenet264", 33'337'704}, {"inception_v4", 42'679'816}};
    for (const auto& [name, parameters] : known) {
        CAPTURE(name);
        CHECK(summarize(models::training(name, {.batch = 2})).total.parameters == parameters);
        CHECK(summarize(models::inference(name, {.batch = 2})).total.parameters == parameters);
    }
}

TEST_CASE("models: multiply-adds an image are those other frameworks report") {
    CHECK(multiply_adds("vgg16") == 15'470'264'320);
    CHECK(multiply_adds("resnet18") == 1'814'073'344);
    CHECK(multiply_adds("resnet50") == 4'089'184'256);
    CHECK(multiply_adds("densenet121") == 2'834'161'664);
    CHECK(static_cast<double>(multiply_adds("vgg19")) == doctest::Approx(19.632e9).epsilon(1e-4));
    CHECK(static_cast<double>(multiply_adds("resnet152")) == doctest::Approx(11.514e9).epsilon(1e-4));
    CHECK(static_cast<double>(multiply_adds("densenet201")) == doctest::Approx(4.291e9).epsilon(1e-3));
    CHECK(static_cast<double>(multiply_adds("inception_v4")) == doctest::Approx(12.27e9).epsilon(5e-3));
}

TEST_CASE("models: vgg416 has 413 convolutions and 3 linear layers, here and in the paper's code") {
    for (const char* name : {"vgg416", "paper_vgg416"}) {
        CAPTURE(name);
        int convolutions = 0, linears = 0;
        for (const LayerSummary& layer : summarize(models::inference(name, {.batch = 1})).layers) {
            convolutions += layer.kind == std::string("conv2d");
            linears += layer.kind == std::string("linear");
        }
        CHECK(convolutions == 413);
        CHECK(linears == 3);
    }
}

TEST_CASE("models: small images keep their size through the stem of resnet and densenet") {
    const models::ModelOptions small{.batch = 2, .image_size = 32, .classes = 10};
    CHECK(shape_of(models::training("resnet18", small), "stem.conv1") == Shape{2, 64, 32, 32});
    CHECK(shape_of(models::training("resnet18", small), "stage4.block2.conv2") == Shape{2, 512, 4, 4});
    CHECK(shape_of(models::training("densenet121", small), "stem.conv1") == Shape{2, 64, 32, 32});
    const models::ModelOptions larger{.batch = 2, .image_size = 65, .classes = 10};
    CHECK(shape_of(models::training("resnet18", larger), "stem.conv1") == Shape{2, 64, 33, 33});
}

TEST_CASE("models: a stem may be chosen for ResNet and DenseNet, and for no other network") {
    using models::Stem;
    for (const std::string& name : models::names()) {
        CAPTURE(name);
        const bool stems = name.starts_with("resnet") || name.starts_with("densenet");
        CHECK(models::has_stems(name) == stems);
        if (!stems) CHECK_THROWS_AS(models::inference(name, {.stem = Stem::small}), UsageError);
    }
    for (const char* name : {"resnet18", "densenet121"}) {
        CAPTURE(name);
        const auto first = [&](int size, Stem stem) {
            return shape_of(models::inference(name, {.batch = 2, .image_size = size, .stem = stem}),
                            "stem.conv1");
        };
        CHECK(first(32, Stem::imagenet) == Shape{2, 64, 16, 16});
        CHECK(first(96, Stem::small) == Shape{2, 64, 96, 96});
        CHECK(first(96, Stem::imagenet) == first(96, Stem::by_size));
        CHECK(first(64, Stem::small) == first(64, Stem::by_size));
    }
}

TEST_CASE("models: every network trains and infers at its paper's size and at small ones") {
    for (const std::string& name : models::names()) {
        const bool inception = name.find("inception") != std::string::npos;
        for (const int size : {0, inception ? 75 : 32, inception ? 139 : 96}) {
            CAPTURE(name);
            CAPTURE(size);
            const models::ModelOptions options{.batch = 2, .image_size = size, .classes = 10};
            const Graph training = models::training(name, options);
            Graph fused = fuse(training);
            reuse_in_place(fused);
            CHECK(Schedule(fused).peak_bytes() <= Schedule(training).peak_bytes());
            CHECK(models::inference(name, options).op_count() < training.op_count());
        }
    }
}

TEST_CASE("models: every network says which op an image is too small for") {
    for (const char* name : {"vgg16", "paper_vgg19", "inception_v4", "paper_inception_v4"}) {
        CAPTURE(name);
        CHECK_THROWS_WITH_AS(models::training(name, {.batch = 2, .image_size = 31}),
                             doctest::Contains("is larger than x (2, "), ShapeError);
    }
    CHECK_THROWS_WITH_AS(models::training("vgg11", {.batch = 2, .image_size = 16}),
                         "stage5.max_pool1: a 2x2 window (stride=2x2 dilation=1x1 padding=0,0,0,0) is larger "
                         "than x (2, 512, 1, 1) with its padding; use a larger image or more padding",
                         ShapeError);
}

// Published timings: read, matched with ops of ours, compared with the machine model.
#include <cmath>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "experiments/paper/comparison.h"
#include "experiments/paper/counterpart.h"
#include "framework/base/error.h"

using namespace experiments;
using framework::text;

namespace {

const std::string header = "desc,in_sizes,out_sizes,in_types,out_types,ismkl,in_formats,cfg_in,cfg_out,us\n";

// A row: shapes as "(56, 56, 256, 16)", all of f32 but where `types` says otherwise.
std::string row(const char* name, const char* in, const char* out, const char* in_types,
                const char* out_types, const char* in_placement, const char* out_placement,
                const char* us = "1") {
    return text(name, ",\"(", in, ")\",\"(", out, ")\",", in_types, ',', out_types, ",True,\"()\",",
                in_placement, ',', out_placement, ',', us, '\n');
}
const char* image = "(56, 56, 256, 16),";
const std::string relu = row("Relu", image, image, "#13", "#13", "D", "D", "1231.0");

struct File {
    std::string path =
        (std::filesystem::temp_directory_path() / text("autotm_published_", ::getpid(), ".csv")).string();
    explicit File(const std::string& content) { std::ofstream(path) << content; }
    ~File() { std::filesystem::remove(path); }
};

std::string refusal_of(const std::string& content) {
    const File file(content);
    try {
        read_published(file.path);
    } catch (const framework::DataError& error) {
        return error.what();
    }
    return "";
}

PublishedKernel kernel(const std::string& line) {
    const File file(header + line);
    return read_published(file.path).at(0);
}

// The op's attributes, to compare strides and paddings by.
std::string op_of(const std::string& line) {
    const auto found = counterpart_of(kernel(line));
    if (!found) return "none";
    const framework::OpNode& node = found->graph.op(found->graph.op_count() - 1);
    return text(kind_of(node.op), ' ', attributes(node.op));
}

}  // namespace

TEST_CASE(
    "published timings: every row of the bundled file is read, and nearly every kernel has an op of ours") {
    const std::vector<PublishedKernel> kernels = read_published(BUNDLED);
    CHECK(kernels.size() == 1042);
    std::size_t timings = 0;
    for (const PublishedKernel& k : kernels) timings += k.timings.size();
    CHECK(timings == 13607);
    std::map<std::string, int> without_op;
    const auto compared = compare(kernels, framework::load_machine("paper"), without_op);
    CHECK(without_op ==
          std::map<std::string, int>{
              {"Broadcast", 2}, {"Divide", 1}, {"Greater", 1}, {"Negative", 1}, {"Subtract", 1}, {"Sum", 3}});
    for (const ComparedKernel& k : compared) {
        for (const auto& timing : k.timings)
            CHECK(std::isfinite(std::log(timing.predicted / timing.published)));
    }
}

TEST_CASE("published timings: sizes are read with the slowest dimension first, rows of a kernel together") {
    std::string slow = row("Relu", image, image, "#13", "#13", "P", "D", "2154.0");
    slow.insert(slow.size() - 1, "\r");
    const File file(header + relu + slow);
    const auto kernels = read_published(file.path);
    REQUIRE(kernels.size() == 1);
    CHECK(kernels[0].inputs == std::vector<PublishedKernel::Sizes>{{16, 256, 56, 56}});
    CHECK(kernels[0].largest_operand() == 4 * 16 * 256 * 56 * 56);
    REQUIRE(kernels[0].timings.size() == 2);
    CHECK(kernels[0].all_dram()->seconds == doctest::Approx(1231e-6));
    CHECK(kernels[0].timings[1].inputs == "P");
}

TEST_CASE("published timings: a file that is none, or a row that is damaged, is refused with its line") {
    CHECK_THROWS_AS(read_published("/no/such/file.csv"), framework::Error);
    const auto says = [](const std::string& content, const char* what) {
        CAPTURE(content);
        const std::string said = refusal_of(content);
        CAPTURE(said);
        CHECK(said.find(what) != std::string::npos);
    };
    says("", "line 1: the columns are desc");
    says("\x1f\x8b\x08 cut", "gzip data ends too early or is damaged");
    const auto damaged = [&](const std::string& from, const std::string& to, const char* what) {
        std::string line = relu;
        line.replace(line.find(from), from.size(), to);
        says(header + relu + line, what);
    };
    damaged("1231.0", "fast", "line 3: us is a number from 0 to 1e12, not \"fast\"");
    damaged("1231.0", "nan", "line 3: us");
    damaged(",D,D,", ",DD,D,", "line 3: \"DD\" is no placement of 1 operands");
    damaged(",D,D,", ",X,D,", "\"X\" is no placement");
    damaged(",D,D,1231.0", "", "line 3: 7 cells where 10 are wanted");
    damaged("Relu", "Re\x1blu", "line 3: desc is a name of up to 100 letters and digits, not \"Re\\x1blu\"");
    damaged("Relu", std::string(101, 'R'), "line 3: desc is a name");
    damaged("#13,#13", "#13+#13,#13", "line 3: as many types");
    for (const char* sizes :
         {"(0, 56),", "(-1, 56),", "(99999999999999999999,),", "56, 56", "(56,", "((((", "(56; 56),"})
        damaged(image, sizes, "line 3: \"");
}

TEST_CASE("counterparts: strides and paddings follow from the sizes") {
    const auto convolution = [](const char* in, const char* out) {
        return op_of(row("ConvolutionBias", in, out, "#13+#13+#13", "#13", "DDD", "D"));
    };
    CHECK(convolution("(35, 35, 384, 16), (3, 3, 384, 384), (384,)", "(17, 17, 384, 16),")
              .starts_with("conv2d stride=2x2 dilation=1x1 padding=0,0,0,0"));
    CHECK(convolution("(224, 224, 3, 16), (7, 7, 3, 64), (64,)", "(112, 112, 64, 16),")
              .starts_with("conv2d stride=2x2 dilation=1x1 padding=2,2,3,3"));
    CHECK(convolution("(17, 17, 256, 16), (1, 7, 256, 256), (256,)", "(17, 17, 256, 16),")
              .starts_with("conv2d stride=1x1 dilation=1x1 padding=3,0,3,0"));
    CHECK(op_of(row("ConvolutionBackpropData", "(1, 1, 256, 512), (28, 28, 512, 16)", image, "#13+#13", "#13",
                    "DD", "D"))
              .starts_with("conv2d_backward_data stride=2x2"));
    CHECK(op_of(row("MaxPoolWithIndices", "(147, 147, 64, 16),", "(73, 73, 64, 16), (73, 73, 64, 16)", "#13",
                    "#13+#6", "D", "DD"))
              .starts_with("pool2d "));
    CHECK(op_of(row("Sum", "(1000, 16),", "(16,),", "#13", "#13", "D", "D")) == "none");
    CHECK(op_of(row("ConvolutionBias", "(35,),", "(17,),", "#13", "#13", "D", "D")) == "none");
}

TEST_CASE("counterparts: a placement of nGraph's operands is one of ours") {
    // Batch norm back: scale, shift, x, mean, variance, dy; ours begins with x and dy.
    const PublishedKernel back =
        kernel(row("BatchNormTrainingBackprop", "(8,), (8,), (4, 4, 8, 2), (8,), (8,), (4, 4, 8, 2)",
                   "(4, 4, 8, 2), (8,), (8,)", "#13+#13+#13+#13+#13+#13", "#13+#13+#13", "DDPDDD", "PDD"));
    const auto ours = counterpart_of(back);
    REQUIRE(ours);
    CHECK(ours->slow(back.timings[0]) == 0b001000001);
    // Max pooling back: nGraph reads x as well, which ours does without.
    const PublishedKernel pool =
        kernel(row("MaxPoolWithIndicesBackprop", "(8, 8, 4, 2), (4, 4, 4, 2), (4, 4, 4, 2)", "(8, 8, 4, 2),",
                   "#13+#13+#6", "#13", "PDP", "D"));
    const auto ours_pool = counterpart_of(pool);
    REQUIRE(ours_pool);
    CHECK(ours_pool->slow(pool.timings[0]) == 0b010);
}

TEST_CASE("comparison: medians over placements, then over kernels; ratios to DRAM") {
    const auto timing = [](const char* inputs, double published, double predicted) {
        return ComparedKernel::Timing{inputs, "D", published, predicted};
    };
    const std::vector<ComparedKernel> kernels{
        {"A", 100, {}, {timing("D", 1e-3, 2e-3), timing("P", 1e-3, 1e-3), timing("P", 2e-3, 1e-3)}},
        {"A", 100, {}, {timing("D", 1e-3, 4e-3)}},
        {"A", 100, {}, {timing("D", 1e-3, 1e-3)}},
        {"B", 100, {}, {timing("P", 1e-3, 0.5e-3)}}};
    const auto errors = errors_of_times(kernels, [](const auto&, const auto&) { return true; });
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].kind == "A");
    CHECK(errors[0].kernels == 3);
    CHECK(errors[0].error == doctest::Approx(std::log(2)));  // of log 2, log 4 and 0
    CHECK(errors[0].bias == doctest::Approx(0));             // of 0, log 4 and 0
    CHECK(errors[1].bias == doctest::Approx(-std::log(2)));
    const auto ratios = errors_of_ratios(kernels, 0.5e-3);
    REQUIRE(ratios.size() == 1);
    CHECK(ratios[0].kernels == 1);  // the others have nothing in slow memory
    CHECK(ratios[0].bias == doctest::Approx((-std::log(2) - std::log(4)) / 2));
    CHECK(errors_of_ratios(kernels, 2e-3).empty());
    CHECK(first_touch(4) == doctest::Approx((2 << 20) / 5.2e9 / 3));
    CHECK(first_touch(139e9) == doctest::Approx(10.0 / 3));
}

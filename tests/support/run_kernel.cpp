#include "tests/support/run_kernel.h"

#include <algorithm>
#include <string_view>

#include <doctest/doctest.h>

namespace support {

using framework::DType;
using framework::Op;
using framework::Results;
using framework::TensorType;
using framework::Types;
using runtime::Kernel;
using runtime::Layout;

namespace {

constexpr std::uint8_t poison = 0xFF;  // four of them are a NaN

dnnl::memory memory(const std::vector<Layout>& layouts, const std::vector<Layout>& seen, std::size_t slot,
                    std::byte* at) {
    return {seen.empty() ? layouts[slot] : seen[slot], runtime::engine(), at};
}

void execute(const Kernel& kernel, const std::vector<std::byte*>& in, const std::vector<std::byte*>& out,
             std::byte* scratch, const runtime::Iteration& iteration) {
    if (kernel.function) kernel.function({in, out, iteration});
    if (!kernel.primitive) return;
    std::unordered_map<int, dnnl::memory> arguments;
    for (std::size_t slot = 0; slot < kernel.read_args.size(); ++slot) {
        arguments[kernel.read_args[slot]] = memory(kernel.reads, kernel.read_layouts, slot, in[slot]);
    }
    for (std::size_t slot = 0; slot < kernel.write_args.size(); ++slot) {
        arguments[kernel.write_args[slot]] = memory(kernel.writes, kernel.write_layouts, slot, out[slot]);
    }
    const Layout whole({kernel.scratch}, dnnl::memory::data_type::u8, dnnl::memory::format_tag::a);
    if (kernel.scratch > 0) arguments[DNNL_ARG_SCRATCHPAD] = {whole, runtime::engine(), scratch};
    kernel.primitive.execute(runtime::stream(), arguments);
    runtime::stream().wait();
}

}  // namespace

Layout offered_layout(const TensorType& type, Offered layout) {
    using Tag = dnnl::memory::format_tag;
    if (type.shape.rank() != 4 || layout == Offered::row_major) return runtime::plain_layout(type);
    const Tag tag = layout == Offered::blocked16  ? Tag::aBcd16b
                    : layout == Offered::blocked8 ? Tag::aBcd8b
                                                  : Tag::acdb;
    return {runtime::plain_layout(type).dims(), runtime::data_type(type.dtype), tag};
}

KernelResults run_kernel(const Op& op, const Arrays& operands, const KernelRun& how) {
    Types types;
    runtime::Operands offered;
    for (const Array& operand : operands) {
        types.push_back(operand.type);
        offered.push_back({operand.type, offered_layout(operand.type, how.layout)});
    }
    const Results results = framework::infer(op, types, "op");
    Types out;
    for (const framework::Result& result : results) out.push_back(result.type);
    const Kernel kernel = runtime::make_kernel(op, "op", offered, out, {.winograd = how.winograd});

    std::vector<AlignedBytes> inputs, outputs;
    std::vector<std::byte*> in_at, out_at;
    for (std::size_t slot = 0; slot < operands.size(); ++slot) {
        inputs.push_back(lay_out(operands[slot], kernel.reads[slot]));
        in_at.push_back(inputs.back().data());
    }
    for (std::size_t slot = 0; slot < results.size(); ++slot) {
        const bool over = results[slot].over >= 0;
        outputs.push_back(over ? inputs[static_cast<std::size_t>(results[slot].over)]
                               : AlignedBytes(kernel.writes[slot].get_size(), poison));
        out_at.push_back(outputs.back().data());
    }
    const AlignedBytes scratch(static_cast<std::size_t>(kernel.scratch), poison);
    out_at.push_back(scratch.data());
    execute(kernel, in_at, out_at, scratch.data(), how.iteration);

    CHECK(scratch.ends_untouched());

    KernelResults run{{}, kernel.implementation};
    for (std::size_t slot = 0; slot < results.size(); ++slot) {
        if (std::string_view(results[slot].name) == "workspace")
            continue;  // for the backward kernel's eyes alone
        run.values.push_back(row_major(out[slot], outputs[slot].span(), kernel.writes[slot]));
        const AlignedBytes expected = lay_out(run.values.back(), kernel.writes[slot]);
        const bool padding_is_zero = std::ranges::equal(outputs[slot].span(), expected.span());
        INFO(kernel.implementation, " result ", slot, " in ", runtime::print_layout(kernel.writes[slot]));
        CHECK((padding_is_zero || out[slot].dtype == DType::u8));  // masks are read where dy is zero
        CHECK(outputs[slot].ends_untouched());
    }
    return run;
}

}  // namespace support

#include "tests/support/run_kernel.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <doctest/doctest.h>

namespace support {

using framework::Bytes;
using framework::DType;
using framework::Op;
using framework::Results;
using framework::TensorType;
using framework::Types;
using runtime::Kernel;
using runtime::Layout;

namespace {

constexpr std::uint8_t poison = 0xFF;  // four of them are a NaN

}  // namespace

Layout offered_layout(const TensorType& type, Offered layout) {
    using runtime::Format;
    constexpr std::array formats{Format::row_major, Format::blocked16, Format::blocked8,
                                 Format::channels_last};
    return runtime::make_layout(formats[static_cast<std::size_t>(layout)], type);
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
    runtime::Addresses in_at, out_at;
    for (std::size_t slot = 0; slot < operands.size(); ++slot) {
        inputs.push_back(lay_out(operands[slot], kernel.reads[slot]));
        in_at.push_back(inputs.back().data());
    }
    for (std::size_t slot = 0; slot < results.size(); ++slot) {
        const bool over = results[slot].over >= 0;
        // A workspace has no layout if this implementation uses none.
        const Bytes bytes = slot < kernel.writes.size() ? kernel.writes[slot].bytes() : 0;
        outputs.push_back(over ? inputs[results[slot].over]
                               : AlignedBytes(static_cast<std::size_t>(bytes), poison));
        out_at.push_back(outputs.back().data());
    }
    const AlignedBytes scratch(static_cast<std::size_t>(kernel.scratch), poison);
    out_at.push_back(scratch.data());
    kernel.bind(in_at, out_at)->execute(how.iteration);

    CHECK(scratch.ends_untouched());

    KernelResults run{{}, kernel.implementation};
    for (std::size_t slot = 0; slot < results.size(); ++slot) {
        if (std::string_view(results[slot].name) == "workspace")
            continue;  // only the backward kernel understands it
        run.values.push_back(row_major(out[slot], outputs[slot].span(), kernel.writes[slot]));
        const AlignedBytes expected = lay_out(run.values.back(), kernel.writes[slot]);
        const bool padding_is_zero = std::ranges::equal(outputs[slot].span(), expected.span());
        INFO(kernel.implementation, " result ", slot, " in ", runtime::print_layout(kernel.writes[slot]));
        CHECK((padding_is_zero || out[slot].dtype == DType::u8));  // padding of masks may be nonzero
        CHECK(outputs[slot].ends_untouched());
    }
    return run;
}

}  // namespace support

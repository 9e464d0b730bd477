// A primitive of oneDNN with its operands, which becomes a Kernel.
#pragma once

#include <string>
#include <vector>

#include "runtime/kernel.h"
#include "runtime/onednn/onednn.h"

namespace runtime {

struct Primitive {
    struct Operand {
        int argument;     // DNNL_ARG_*
        Descriptor seen;  // by the primitive
        Layout layout;    // of the whole operand; the primitive may see only a slice of it
    };

    dnnl::primitive code{};
    std::vector<Operand> reads{}, writes{};  // by slot of the op
    framework::Bytes scratch = 0;
    std::string implementation{};
    Function before{};  // runs before the primitive
};

Kernel kernel_of(Primitive primitive);

// The attributes of every primitive: the caller provides its scratch memory.
dnnl::primitive_attr user_scratchpad();

// The operands (DNNL_ARG_*) are in the order of the op's operands. Operands that this primitive does not
// take, such as a bias at the end, are left out.
template <class Code>
Primitive primitive_of(const typename Code::primitive_desc& description, const std::vector<int>& reads,
                       const std::vector<int>& writes) {
    Primitive primitive{.code = Code(description),
                        .scratch = static_cast<framework::Bytes>(description.scratchpad_desc().get_size()),
                        .implementation = description.impl_info_str()};
    const auto add = [&](std::vector<Primitive::Operand>& operands, int argument) {
        const Descriptor seen = description.query_md(dnnl::query::exec_arg_md, argument);
        if (!is_empty(seen)) operands.push_back({argument, seen, layout_of(seen)});
    };
    for (const int argument : reads) add(primitive.reads, argument);
    for (const int argument : writes) add(primitive.writes, argument);
    return primitive;
}

template <class Code>
Kernel primitive_kernel(const typename Code::primitive_desc& description, const std::vector<int>& reads,
                        const std::vector<int>& writes) {
    return kernel_of(primitive_of<Code>(description, reads, writes));
}

}  // namespace runtime

// oneDNN as this project uses it: one engine, a stream for each thread, and our layouts as its descriptors.
#pragma once

#include "runtime/layout.h"
#include "runtime/onednn/api.h"

namespace runtime {

dnnl::stream& stream();  // the calling thread's own

Layout layout_of(const Descriptor& descriptor);            // opaque if Layout cannot describe it
Descriptor descriptor_of(const Layout& layout);            // empty if unsettled
Descriptor any_layout(const framework::TensorType& type);  // the primitive chooses the layout

}  // namespace runtime

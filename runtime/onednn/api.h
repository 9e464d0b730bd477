// oneDNN's interface as this project calls it, the same over versions 2 and 3: the only file that asks which
// version it is compiled with. Descriptions of primitives take their arguments in the order of version 3.
#pragma once

#include <optional>
#include <vector>

#include <dnnl.hpp>

namespace runtime {

using Descriptor = dnnl::memory::desc;
using Dims = dnnl::memory::dims;

dnnl::engine& engine();

#if DNNL_VERSION_MAJOR >= 3

// If they may choose layouts, some convolutions of a network choose channels last and others blocks of
// channels.
inline constexpr bool convolutions_disagree = true;

// A descriptor that oneDNN could not make has no handle, if oneDNN was told not to throw.
inline bool is_empty(const Descriptor& d) {
    return d.get(true) == nullptr || d.get_ndims() == 0;
}
inline Dims dims_of(const Descriptor& d) {
    return d.get_dims();
}
inline dnnl::memory::data_type data_type_of(const Descriptor& d) {
    return d.get_data_type();
}
inline bool is_strided(const Descriptor& d) {
    return d.get_format_kind() == dnnl::memory::format_kind::blocked;
}
inline Dims strides_of(const Descriptor& d) {
    return d.get_strides();
}
inline Dims block_sizes_of(const Descriptor& d) {
    return d.get_inner_blks();
}
inline Dims block_axes_of(const Descriptor& d) {
    return d.get_inner_idxs();
}

template <class Primitive, class... Arguments>
auto describe(const dnnl::primitive_attr& attr, const Arguments&... arguments) {
    return typename Primitive::primitive_desc(engine(), arguments..., attr);
}
// Describes a primitive of the backward pass; `hint` describes that of the forward pass.
template <class Primitive, class Hint, class... Arguments>
auto describe_backward(const dnnl::primitive_attr& attr, const Hint& hint, const Arguments&... arguments) {
    return typename Primitive::primitive_desc(engine(), arguments..., hint, attr);
}

using Pooling = dnnl::pooling_forward;
using PoolingBackward = dnnl::pooling_backward;

inline auto describe_eltwise(const dnnl::primitive_attr& attr, dnnl::algorithm how, const Descriptor& x,
                             float alpha, float beta) {
    return describe<dnnl::eltwise_forward>(attr, dnnl::prop_kind::forward_training, how, x, x, alpha, beta);
}
inline auto describe_eltwise_backward(const dnnl::primitive_attr& attr,
                                      const dnnl::eltwise_forward::primitive_desc& hint, dnnl::algorithm how,
                                      const Descriptor& x, float alpha, float beta) {
    return describe_backward<dnnl::eltwise_backward>(attr, hint, how, x, x, x, alpha, beta);
}
template <class... Numbers>
auto describe_lrn(const dnnl::primitive_attr& attr, const Descriptor& x, const Numbers&... numbers) {
    return describe<dnnl::lrn_forward>(attr, dnnl::prop_kind::forward_training,
                                       dnnl::algorithm::lrn_across_channels, x, x, numbers...);
}
template <class... Numbers>
auto describe_lrn_backward(const dnnl::primitive_attr& attr, const dnnl::lrn_forward::primitive_desc& hint,
                           const Descriptor& x, const Numbers&... numbers) {
    return describe_backward<dnnl::lrn_backward>(attr, hint, dnnl::algorithm::lrn_across_channels, x, x, x,
                                                 numbers...);
}
inline auto describe_softmax(const dnnl::primitive_attr& attr, const Descriptor& x, int axis) {
    return describe<dnnl::softmax_forward>(attr, dnnl::prop_kind::forward_training,
                                           dnnl::algorithm::softmax_accurate, x, x, axis);
}
inline auto describe_softmax_backward(const dnnl::primitive_attr& attr,
                                      const dnnl::softmax_forward::primitive_desc& hint, const Descriptor& x,
                                      int axis) {
    return describe_backward<dnnl::softmax_backward>(attr, hint, dnnl::algorithm::softmax_accurate, x, x, x,
                                                     axis);
}
inline auto describe_concat(const dnnl::primitive_attr& attr, const Descriptor& whole, int axis,
                            const std::vector<Descriptor>& parts) {
    return dnnl::concat::primitive_desc(engine(), whole, axis, parts, attr);
}

inline void append_eltwise(dnnl::post_ops& after, dnnl::algorithm how, float alpha, float beta) {
    after.append_eltwise(how, alpha, beta);
}

#else

inline constexpr bool convolutions_disagree = false;

inline bool is_empty(const Descriptor& d) {
    return d.data.ndims == 0;
}
inline Dims dims_of(const Descriptor& d) {
    return d.dims();
}
inline dnnl::memory::data_type data_type_of(const Descriptor& d) {
    return d.data_type();
}
inline bool is_strided(const Descriptor& d) {
    return d.data.format_kind == dnnl_blocked;
}
inline Dims strides_of(const Descriptor& d) {
    const dnnl_dim_t* strides = d.data.format_desc.blocking.strides;
    return {strides, strides + d.data.ndims};
}
inline Dims block_sizes_of(const Descriptor& d) {
    const dnnl_blocking_desc_t& blocking = d.data.format_desc.blocking;
    return {blocking.inner_blks, blocking.inner_blks + blocking.inner_nblks};
}
inline Dims block_axes_of(const Descriptor& d) {
    const dnnl_blocking_desc_t& blocking = d.data.format_desc.blocking;
    return {blocking.inner_idxs, blocking.inner_idxs + blocking.inner_nblks};
}

template <class Primitive, class... Arguments>
auto describe(const dnnl::primitive_attr& attr, const Arguments&... arguments) {
    return typename Primitive::primitive_desc(typename Primitive::desc(arguments...), attr, engine());
}
template <class Primitive, class Hint, class... Arguments>
auto describe_backward(const dnnl::primitive_attr& attr, const Hint& hint, const Arguments&... arguments) {
    return typename Primitive::primitive_desc(typename Primitive::desc(arguments...), attr, engine(), hint);
}

using Pooling = dnnl::pooling_v2_forward;
using PoolingBackward = dnnl::pooling_v2_backward;

inline auto describe_eltwise(const dnnl::primitive_attr& attr, dnnl::algorithm how, const Descriptor& x,
                             float alpha, float beta) {
    return describe<dnnl::eltwise_forward>(attr, dnnl::prop_kind::forward_training, how, x, alpha, beta);
}
inline auto describe_eltwise_backward(const dnnl::primitive_attr& attr,
                                      const dnnl::eltwise_forward::primitive_desc& hint, dnnl::algorithm how,
                                      const Descriptor& x, float alpha, float beta) {
    return describe_backward<dnnl::eltwise_backward>(attr, hint, how, x, x, alpha, beta);
}
template <class... Numbers>
auto describe_lrn(const dnnl::primitive_attr& attr, const Descriptor& x, const Numbers&... numbers) {
    return describe<dnnl::lrn_forward>(attr, dnnl::prop_kind::forward_training,
                                       dnnl::algorithm::lrn_across_channels, x, numbers...);
}
template <class... Numbers>
auto describe_lrn_backward(const dnnl::primitive_attr& attr, const dnnl::lrn_forward::primitive_desc& hint,
                           const Descriptor& x, const Numbers&... numbers) {
    return describe_backward<dnnl::lrn_backward>(attr, hint, dnnl::algorithm::lrn_across_channels, x, x,
                                                 numbers...);
}
inline auto describe_softmax(const dnnl::primitive_attr& attr, const Descriptor& x, int axis) {
    return describe<dnnl::softmax_forward>(attr, dnnl::prop_kind::forward_training, x, axis);
}
inline auto describe_softmax_backward(const dnnl::primitive_attr& attr,
                                      const dnnl::softmax_forward::primitive_desc& hint, const Descriptor& x,
                                      int axis) {
    return describe_backward<dnnl::softmax_backward>(attr, hint, x, x, axis);
}
inline auto describe_concat(const dnnl::primitive_attr& attr, const Descriptor& whole, int axis,
                            const std::vector<Descriptor>& parts) {
    return dnnl::concat::primitive_desc(whole, axis, parts, engine(), attr);
}

inline void append_eltwise(dnnl::post_ops& after, dnnl::algorithm how, float alpha, float beta) {
    after.append_eltwise(1.0F, how, alpha, beta);
}

#endif

}  // namespace runtime

// Floating-point arrays of a file as f32. F16 and BF16 are converted exactly: f32 holds each of their values.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/training/safetensors.h"

namespace runtime {

float from_f16(std::uint16_t bits);   // IEEE 754 binary16; the payload of a NaN is kept
float from_bf16(std::uint16_t bits);  // the upper half of an f32

// Whether an array of this type can be read as f32: F32, F16 and BF16.
bool is_readable_as_f32(Dtype dtype);

// The values of an array of such a type.
void read_as_f32(const StoredTensor& tensor, std::vector<float>& values);

}  // namespace runtime

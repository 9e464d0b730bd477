// One variant of the loops. Meson compiles batch_norm.cpp, sgd.cpp and variant.cpp once for each variant:
// with its namespace as AUTOTM_VARIANT, with its name as AUTOTM_VARIANT_NAME, and with the flags of its
// processors.
//
// The linker keeps one copy of an inline function for the whole program, whatever flags that copy was
// compiled with. So these files define no symbol outside the namespaces of their variant: they call no
// function of the standard library, and Eigen has a namespace of its own in each variant. A test looks at the
// symbols.
#pragma once

#include "runtime/onednn/kernels/loops/loops.h"

namespace runtime::AUTOTM_VARIANT {

extern const Loops table;

void moments(const Runs& runs, const float* x, const float* pivot, double* sum, double* square);
void normalize(const Runs& runs, const float* x, const float* a, const float* b, bool relu, float* y);
void gradient_sums(const Runs& runs, const float* x, const float* dy, const float* a, const float* b,
                   bool relu, const float* centre, double* sum, double* product);
void gradient(const Runs& runs, const float* x, const float* dy, const float* a, const float* b, bool relu,
              const float* p, const float* q, const float* r, float* dx);
void sgd(std::int64_t count, const SgdStep& step, const float* dw, float* w, float* v);

}  // namespace runtime::AUTOTM_VARIANT

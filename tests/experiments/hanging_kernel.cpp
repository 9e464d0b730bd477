// Comes before oneDNN by LD_PRELOAD: kernels run as ever until the file HANG_FROM names is there, then none
// ends.
#include <cstdlib>

#include <dlfcn.h>
#include <dnnl.h>
#include <unistd.h>

extern "C" dnnl_status_t dnnl_primitive_execute(const_dnnl_primitive_t primitive, dnnl_stream_t stream,
                                                int count, const dnnl_exec_arg_t* arguments) {
    static const auto real =
        reinterpret_cast<decltype(&dnnl_primitive_execute)>(dlsym(RTLD_NEXT, "dnnl_primitive_execute"));
    const char* file = std::getenv("HANG_FROM");
    while (file && access(file, F_OK) == 0) pause();
    return real(primitive, stream, count, arguments);
}

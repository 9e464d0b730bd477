// Gives the buffers of any program addresses within a capacity, in MiniMalloc's file format.
#include <iostream>
#include <numeric>

#include "experiments/common/main.h"
#include "experiments/common/numbers.h"
#include "experiments/common/outputs.h"
#include "experiments/layout/buffers.h"
#include "framework/base/files.h"
#include "optimizer/addresses/arena_layout.h"

namespace {

using namespace experiments;
using framework::Bytes;

struct Flags {
    std::string file, capacity, out;
    std::optional<double> time_limit;
    bool quiet = false;
};

// The buffers as the layout search needs them. Sizes are rounded up to the common alignment and counted in
// units that divide all of them. Times are numbered without holes. Gaps are filled.
struct Scaled {
    std::vector<optimizer::Interval> intervals;
    Bytes unit = 1;

    explicit Scaled(const std::vector<Buffer>& buffers) {
        Bytes alignment = 1;
        std::vector<std::int64_t> times;
        for (const Buffer& buffer : buffers) {
            alignment = std::lcm(alignment, buffer.alignment);
            framework::require<framework::DataError>(alignment <= Bytes{1} << 50, "the alignment of ",
                                                     buffer.id, " and those before it have no common ",
                                                     "multiple of at most 2^50");
            times.push_back(buffer.lower);
            times.push_back(buffer.upper);
        }
        std::ranges::sort(times);
        const auto after = std::ranges::unique(times).begin();
        const auto step = [&](std::int64_t time) {
            return static_cast<int>(std::lower_bound(times.begin(), after, time) - times.begin());
        };
        unit = 0;
        for (const Buffer& buffer : buffers) {
            const Bytes size = (buffer.size + alignment - 1) / alignment * alignment;
            intervals.push_back({{step(buffer.lower), step(buffer.upper)}, size});
            unit = std::gcd(unit, size);
        }
        unit = std::max<Bytes>(1, unit);
        for (optimizer::Interval& interval : intervals)
            interval.bytes = interval.bytes / unit * framework::Schedule::alignment;
    }
    Bytes scaled(Bytes bytes) const { return bytes / unit * framework::Schedule::alignment; }
    Bytes bytes(Bytes scaled) const { return scaled / framework::Schedule::alignment * unit; }
};

void work(const Flags& flags) {
    check_output("--out", flags.out);
    const Bytes capacity = framework::parse_bytes(flags.capacity, "--capacity");
    const BufferFile file = read_buffers(flags.file);
    const Scaled scaled(file.buffers);
    optimizer::SolverOptions options;
    options.time_limit = flags.time_limit;
    optimizer::Effort effort(options);
    const auto found =
        optimizer::layout_within(scaled.intervals, scaled.scaled(std::min(capacity, Bytes{1} << 50)), effort);
    framework::require<framework::Error>(
        found.has_value(), flags.file, ": no layout of at most ", capacity, " bytes was found in ",
        framework::print_seconds(effort.seconds()), "; ",
        effort.left() ? "at one time more bytes are live" : "give more --time-limit or --capacity");
    std::vector<Bytes> offsets;
    for (const Bytes offset : found->offsets) offsets.push_back(scaled.bytes(offset));
    const std::string fault = fault_of(file.buffers, offsets, capacity);
    framework::require<framework::Error>(fault.empty(), flags.file, ": the layout is refused: ", fault);
    if (!flags.out.empty()) framework::write_file(flags.out, print_buffers(file, offsets));
    if (!flags.quiet)
        std::cout << file.buffers.size() << " buffers in " << scaled.bytes(found->height) << " of "
                  << capacity << " bytes, found in " << framework::print_seconds(effort.seconds())
                  << "; checked: no two share a byte at any time\n";
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Gives the buffers of any program addresses within a capacity, in MiniMalloc's file format.",
                 "layout");
    app.footer("Example:\n  layout buffers.csv --capacity 1GiB --out addresses.csv\n\n");
    Flags flags;
    app.add_option("FILE", flags.file,
                   "buffers: columns id, lower, upper, size, and alignment, hint, gaps (CSV)")
        ->required();
    app.add_option("--capacity", flags.capacity, "bytes there are: 1048576, 6GiB")->required();
    add_number(app, "--time-limit", flags.time_limit, {0, 1e9},
               "seconds to search (default: a fixed amount of work, about ten seconds)");
    app.add_option("--out", flags.out, "write the buffers with a column offset here (CSV)");
    app.add_flag("--quiet", flags.quiet, "print nothing but errors");
    return run(app, argc, argv, [&] { work(flags); });
}

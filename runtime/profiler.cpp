#include "runtime/profiler.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "framework/error.h"
#include "runtime/mover.h"
#include "runtime/profile_cache.h"

namespace runtime {

using framework::Bytes;
using framework::KernelProfile;
using framework::OpId;
using framework::Schedule;
using framework::Seconds;
using framework::TierMask;
using framework::Timing;

namespace {

using Clock = std::chrono::steady_clock;

Seconds since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Timing summary(TierMask slow, std::vector<Seconds> times) {
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5)];
    };
    return {slow, at(0.5), at(0.75) - at(0.25)};
}

// All placements of up to four operands; beyond that one slow at a time, and all slow.
std::vector<TierMask> placements_to_time(std::size_t operands) {
    std::vector<TierMask> masks;
    const TierMask end = operands < 32 ? TierMask{1} << operands : 0;
    if (operands <= 4) {
        for (TierMask mask = 1; mask < end; ++mask) masks.push_back(mask);
    } else {
        for (std::size_t i = 0; i < std::min<std::size_t>(operands, 32); ++i)
            masks.push_back(TierMask{1} << i);
        masks.push_back(end - 1);
    }
    return masks;
}

// One kernel on operands of its own, each in either tier.
class Bench {
  public:
    Bench(const Program& program, const std::string& slow)
        : program_(program), dram_(largest(program)), slow_(open_slow_memory(slow, largest(program))) {}

    // What the placement takes beyond the same kernel with everything in DRAM; not below 0.
    Seconds extra(int step, TierMask slow, int runs) {
        const Seconds here = time(step, slow, runs), dram = time(step, 0, runs);
        return std::max(0.0, here - dram);
    }

    framework::CopyCost copy_cost(bool to_slow, int runs) {
        const Bytes most = std::min<Bytes>(dram_.bytes(), Bytes{64} << 20),
                    least = std::min<Bytes>(most, Bytes{64} << 10);
        const auto seconds = [&](Bytes bytes) {
            std::vector<Seconds> times;
            for (int run = 0; run <= runs; ++run) {
                const Clock::time_point start = Clock::now();
                if (to_slow) {
                    stream_copy(slow_.block.data(), dram_.data(), bytes);
                } else {
                    stream_copy(dram_.data(), slow_.block.data(), bytes);
                }
                if (run > 0) times.push_back(since(start));
            }
            return summary(0, times).median;
        };
        const Seconds latency = seconds(least), all = seconds(most);
        return {latency, static_cast<double>(most) / std::max(all - latency, 1e-9)};
    }

  private:
    static Bytes largest(const Program& program) {
        Bytes most = 64;
        for (int step = 0; step < program.schedule().steps(); ++step) {
            Bytes sum = 0;
            for (const int index : program.schedule().operands(step)) {
                sum +=
                    framework::aligned(program.schedule().storages()[static_cast<std::size_t>(index)].bytes);
            }
            most = std::max(most, sum);
        }
        return most;
    }

    Seconds time(int step, TierMask slow, int runs) {
        const Schedule& schedule = program_.schedule();
        const framework::OpNode& node = program_.graph().op(schedule.op(step));
        std::map<int, std::byte*> addresses;
        Bytes offset = 0;
        const std::vector<int>& operands = schedule.operands(step);
        for (std::size_t i = 0; i < operands.size(); ++i) {
            addresses[operands[i]] = (slow >> i & 1U ? slow_.block : dram_).data() + offset;
            offset += framework::aligned(schedule.storages()[static_cast<std::size_t>(operands[i])].bytes);
        }
        const auto of = [&](const std::vector<framework::TensorId>& tensors) {
            std::vector<std::byte*> found;
            for (const framework::TensorId id : tensors)
                found.push_back(addresses.at(schedule.storage_of(id)));
            return found;
        };
        const Kernel& kernel = program_.kernels()[static_cast<std::size_t>(schedule.op(step))];
        const BoundKernel bound = bind(kernel, of(node.inputs), of(node.outputs));
        std::vector<Seconds> times;
        for (int run = 0; run <= runs; ++run) {
            const Clock::time_point start = Clock::now();
            execute(bound, {});
            if (run > 0) times.push_back(since(start));
        }
        return summary(slow, times).median;
    }

    const Program& program_;
    Block dram_;
    SlowMemory slow_;
};

// Inputs share their bytes with what comes after their last use: they are written before each run, as a data
// loader would. Images of noise, labels of 0.
void fill_inputs(const Program& program) {
    for (framework::TensorId id = 0; id < program.graph().tensor_count(); ++id) {
        const framework::TensorNode& tensor = program.graph().tensor(id);
        if (tensor.role != framework::Role::input) continue;
        std::byte* bytes = program.address(id);
        if (tensor.type.dtype != framework::DType::f32) {
            std::fill_n(bytes, tensor.bytes, std::byte{0});
            continue;
        }
        auto* values = reinterpret_cast<float*>(bytes);
        std::uint32_t state = 1;
        for (Bytes i = 0; i < tensor.bytes / 4; ++i) {
            state = state * 1664525U + 1013904223U;  // Knuth's quick and dirty generator
            values[i] = static_cast<float>(state >> 8) * 0x1p-23F - 1.0F;
        }
    }
}

// Of all convolutions forward, together.
double convolution_rate(const Program& program, const std::vector<Timing>& dram) {
    double flops = 0;
    Seconds seconds = 0;
    for (int step = 0; step < program.schedule().steps(); ++step) {
        const framework::OpNode& node = program.graph().op(program.schedule().op(step));
        if (!std::holds_alternative<framework::Conv2d>(node.op)) continue;
        framework::Types in, out;
        for (const auto id : node.inputs) in.push_back(program.graph().tensor(id).type);
        for (const auto id : node.outputs) out.push_back(program.graph().tensor(id).type);
        flops += 2.0 * static_cast<double>(framework::multiply_adds(node.op, in, out));
        seconds += dram[static_cast<std::size_t>(step)].median;
    }
    return seconds > 0 ? flops / seconds : 0;
}

}  // namespace

Profiled profile(Executor& executor, const ProfileOptions& options) {
    const Clock::time_point start = Clock::now();
    const Program& program = executor.program();
    const Schedule& schedule = program.schedule();
    const auto steps = static_cast<std::size_t>(schedule.steps());
    const std::string tier = options.machine ? "dram" : options.slow.empty() ? "file" : options.slow;
    ProfileCache cache(options.cache);

    std::vector<std::string> keys(steps);
    std::map<std::string, int> distinct;  // the first step of each kernel
    bool all_known = true;
    Profiled result;
    for (std::size_t step = 0; step < steps; ++step) {
        keys[step] = kernel_key(program.lowered(), schedule.op(static_cast<int>(step)), tier);
        distinct.try_emplace(keys[step], static_cast<int>(step));
        all_known = all_known && cache.find(keys[step], 0).has_value();
    }
    result.kernels = static_cast<int>(distinct.size());

    if (all_known) {
        result.cached += result.kernels;
    } else {
        std::map<std::string, std::vector<Seconds>> times;
        for (int run = 0; run <= options.runs; ++run) {
            fill_inputs(program);
            executor.run({.number = run, .seed = 0, .learning_rate = 0});
            for (std::size_t step = 0; step < steps && run > 0; ++step) {
                times[keys[step]].push_back(executor.steps()[step].kernel);
            }
            options.progress(0.5 * (run + 1) / (options.runs + 1));
        }
        for (const auto& [key, seconds] : times) cache.add(key, summary(0, seconds));
        cache.save();
    }
    std::vector<Timing> dram;
    for (const std::string& key : keys) dram.push_back(*cache.find(key, 0));

    result.profile.kernels.resize(steps);
    result.configurations = result.kernels;
    if (options.machine) {
        result.machine_scale = convolution_rate(program, dram) / options.machine->convolution_flops_per_s();
        framework::require<framework::DataError>(result.machine_scale > 0,
                                                 "the network has no convolution to scale the machine by");
        const framework::Machine machine = options.machine->scaled(result.machine_scale);
        result.profile.to_dram = machine.to_dram;
        result.profile.to_slow = machine.to_slow;
        for (std::size_t step = 0; step < steps; ++step) {
            KernelProfile& kernel = result.profile.kernels[step];
            kernel.timings = {dram[step]};
            for (const TierMask mask : placements_to_time(schedule.operands(static_cast<int>(step)).size())) {
                kernel.timings.push_back({mask,
                                          machine.seconds(program.graph(), schedule, static_cast<int>(step),
                                                          mask, dram[step].median),
                                          dram[step].spread});
            }
        }
    } else {
        Bench bench(program, options.slow);
        result.profile.to_dram = bench.copy_cost(false, options.runs);
        result.profile.to_slow = bench.copy_cost(true, options.runs);
        int done = 0;
        for (const auto& [key, first] : distinct) {
            const Seconds all_dram = cache.find(key, 0)->median;
            for (const TierMask mask : placements_to_time(schedule.operands(first).size())) {
                ++result.configurations;
                if (cache.find(key, mask)) {
                    ++result.cached;
                } else {
                    cache.add(key, {mask, all_dram + bench.extra(first, mask, options.runs), 0});
                }
            }
            cache.save();
            options.progress(0.5 + 0.5 * ++done / result.kernels);
        }
        for (std::size_t step = 0; step < steps; ++step) {
            KernelProfile& kernel = result.profile.kernels[step];
            kernel.timings = {dram[step]};
            for (const TierMask mask : placements_to_time(schedule.operands(static_cast<int>(step)).size())) {
                kernel.timings.push_back(*cache.find(keys[step], mask));
            }
        }
    }
    result.seconds = since(start);
    return result;
}

}  // namespace runtime

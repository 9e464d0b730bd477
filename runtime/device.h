// Device: a processor with the memory of both tiers. It runs kernels and copies. Programs are bound to its
// memory, and an executor gives it the instructions of an iteration.
#pragma once

#include <functional>
#include <span>

#include "framework/plan/instructions.h"
#include "runtime/kernel.h"

namespace runtime {

class Device {
  public:
    virtual ~Device() = default;

    virtual framework::Bytes bytes(framework::Tier tier) const = 0;  // size of the tier's arena
    // The address that kernels are bound to. Only this device may read or write there.
    virtual std::byte* at(framework::Tier tier, framework::Bytes offset) const = 0;
    // Copy bytes from the host's memory, and to it. Only between iterations.
    virtual void put(framework::Tier tier, framework::Bytes offset, std::span<const std::byte> bytes) = 0;
    virtual void get(framework::Tier tier, framework::Bytes offset, std::span<std::byte> bytes) const = 0;

    // Calls work() where a team of `threads` threads is available. work() may then launch kernels that were
    // made for that many threads, and copy.
    virtual void with_threads(int threads, const std::function<void()>& work) = 0;
    // Start a kernel or a copy. They may return before it has ended.
    virtual void launch(const BoundKernel& kernel, const Iteration& iteration) = 0;
    virtual void copy(const framework::Copy& copy) = 0;
    // Returns when all kernels and copies started before have ended.
    virtual void wait() = 0;
};

}  // namespace runtime

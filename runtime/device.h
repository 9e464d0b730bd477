// Device: the memory of both tiers, and what computes and copies on it. Programs are bound to its memory; an
// executor gives it the instructions of an iteration.
#pragma once

#include <functional>
#include <span>

#include "framework/plan/instructions.h"
#include "runtime/kernel.h"

namespace runtime {

class Device {
  public:
    virtual ~Device() = default;

    virtual framework::Bytes bytes(framework::Tier tier) const = 0;  // of its arena
    // An address for kernels to be bound to. Only this device may read or write there.
    virtual std::byte* at(framework::Tier tier, framework::Bytes offset) const = 0;
    // Between iterations: bytes from the host's memory, and to it.
    virtual void put(framework::Tier tier, framework::Bytes offset, std::span<const std::byte> bytes) = 0;
    virtual void get(framework::Tier tier, framework::Bytes offset, std::span<std::byte> bytes) const = 0;

    // Calls work(), which launches kernels made for `threads` threads and copies, where they can run.
    virtual void with_threads(int threads, const std::function<void()>& work) = 0;
    // Both may return before they have ended.
    virtual void launch(const BoundKernel& kernel, const Iteration& iteration) = 0;
    virtual void copy(const framework::Copy& copy) = 0;
    // Returns when everything before has ended.
    virtual void wait() = 0;
};

}  // namespace runtime

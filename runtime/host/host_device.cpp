#include "runtime/host/host_device.h"

#include <cstring>
#include <functional>
#include <span>

#include "runtime/host/mover.h"
#include "runtime/host/team.h"

namespace runtime {

using framework::Bytes;
using framework::Tier;

HostDevice::HostDevice(Bytes dram, SlowMemory slow) : dram_(dram), slow_(std::move(slow)) {}

void HostDevice::put(Tier tier, Bytes offset, std::span<const std::byte> bytes) {
    if (!bytes.empty()) std::memcpy(at(tier, offset), bytes.data(), bytes.size());
}

void HostDevice::get(Tier tier, Bytes offset, std::span<std::byte> bytes) const {
    if (!bytes.empty()) std::memcpy(bytes.data(), at(tier, offset), bytes.size());
}

void HostDevice::with_threads(int threads, const std::function<void()>& work) {
    on_team(threads, work);
}

void HostDevice::copy(const framework::Copy& copy) {
    const Bytes to = copy.to_offset + copy.begin;
    move_bytes(slow_.block, copy.to, at(copy.to, to), at(copy.from, copy.from_offset + copy.begin),
               copy.bytes, costs_[copy.from][copy.to].threads);
    if (copy.to == Tier::slow && writes_back_) slow_.block.begin_write_back(to, copy.bytes);
}

}  // namespace runtime

// What running a plan takes, whether it trains or not: the memory, and the times that it keeps to.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "framework/plan/plan.h"
#include "runtime/executor.h"
#include "runtime/host/host_device.h"
#include "runtime/session/profile.h"

namespace runtime::session {

// Throws UsageError for a network that was prepared to be simulated.
void require_runnable(const Network& network);

// Takes the arenas of `plan` from the system, with slow memory at `slow`. Throws OutOfTierMemory.
std::shared_ptr<HostDevice> open_device(const framework::Plan& plan, const std::string& slow);

// From now on `executor` copies as the profile found best, and injects the delays of an emulated one. Returns
// the predicted time of the longest kernel or copy.
framework::Seconds keep_to(const Profile& profile, Executor& executor, HostDevice& device);

// Runs a network without gradients on a batch. Returns its loss, and writes its logits to `logits` if that is
// not empty. Throws ShapeError if a size differs.
float infer(Executor& executor, std::span<const float> images, std::span<const std::int32_t> labels,
            std::span<float> logits);

}  // namespace runtime::session

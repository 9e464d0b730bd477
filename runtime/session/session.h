// The front door of the library: goes from a network to a planned training run.
#pragma once

#include "runtime/session/budget.h"
#include "runtime/session/inference.h"
#include "runtime/session/network.h"
#include "runtime/session/plan.h"
#include "runtime/session/profile.h"
#include "runtime/session/saved_plan.h"
#include "runtime/session/training.h"

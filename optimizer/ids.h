// What the optimizer counts besides steps and storages: the storages that may move, and their stops.
#pragma once

#include <compare>
#include <span>

#include "framework/base/ids.h"
#include "framework/plan/schedule.h"

namespace optimizer {

using ItemId = framework::Id<struct Item>;    // index into Instance::items
using ItemStop = framework::Id<struct Stop>;  // index into the stops of one item, and into a Route of it

// A stop of the whole instance.
struct StopId {
    ItemId item = 0;
    ItemStop stop = 0;

    friend auto operator<=>(const StopId&, const StopId&) = default;
};

template <class T>
using ByStep = framework::Indexed<framework::Step, T>;
template <class T>
using ByStorage = framework::Indexed<framework::StorageId, T>;
template <class T>
using ByItem = framework::Indexed<ItemId, T>;
template <class T>
using ByStop = framework::Indexed<ItemStop, T>;  // of one item

// A view of elements that something else holds, one for each index of one kind.
template <class Index, class T>
class IndexedSpan {
  public:
    IndexedSpan(std::span<const T> elements) : elements_(elements) {}
    IndexedSpan(const framework::Indexed<Index, T>& elements) : elements_(elements) {}

    const T& operator[](Index index) const { return elements_[index]; }

  private:
    std::span<const T> elements_;
};

}  // namespace optimizer

// A pool of contiguous bytes that allocates as AutoTM's framework did: from the smallest gap that is large
// enough, the lowest of those.
#pragma once

#include <map>

#include "framework/base/units.h"

namespace optimizer {

class BestFitPool {
  public:
    explicit BestFitPool(framework::Bytes bytes) { gaps_[0] = bytes; }

    static constexpr framework::Bytes page = 4096;
    // Every allocation is a number of pages, at least one.
    static framework::Bytes pages(framework::Bytes bytes);

    framework::Bytes allocate(framework::Bytes bytes);  // an offset; -1: no gap is large enough
    // What allocate() has given; gaps that become neighbours are merged.
    void release(framework::Bytes offset, framework::Bytes bytes);

  private:
    std::map<framework::Bytes, framework::Bytes> gaps_;  // offset → bytes
};

}  // namespace optimizer

// The accuracies measured during a run, and what follows from them: which state was the best, and whether it
// is time to stop. They are stored in checkpoints, so that a resumed run decides as an uninterrupted one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/training/safetensors.h"

namespace runtime {

struct Evaluation {
    std::int64_t iteration = 0;  // how many were done
    double top1 = 0;
};

class Evaluations {
  public:
    Evaluations() = default;
    // From the metadata of a checkpoint; empty if they have none. Throws DataError.
    Evaluations(const std::filesystem::path& file, const StoredMetadata& about);
    void store(StoredMetadata& about) const;

    // Returns whether it is better than all before.
    bool add(const Evaluation& evaluation);
    bool contains(std::int64_t iteration) const;
    const std::vector<Evaluation>& all() const { return all_; }
    const Evaluation* best() const;  // the first of equals; null: there is none
    // Whether the last one came at least so many iterations after the best one.
    bool exhausted(std::int64_t patience) const;

  private:
    std::vector<Evaluation> all_;  // in the order of iterations
};

}  // namespace runtime

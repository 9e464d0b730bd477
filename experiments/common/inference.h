// What programs share that run a trained network: their flags, and the network of a checkpoint under its
// plan.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "experiments/common/options.h"
#include "experiments/common/progress.h"
#include "experiments/common/report.h"
#include "runtime/session/inference.h"
#include "runtime/training/trained_network.h"

namespace experiments {

struct InferenceFlags {
    ModelFlags model;  // the checkpoint gives the network; only batch, threads and passes are flags
    PlacementFlags placement;
    OutputFlags output;
    std::string checkpoint, csv;

    // `usual_batch` says in words what the batch is without --batch, for which model.batch stays 0.
    void add_to(CLI::App& app, const char* usual_batch);
    void check() const;  // checks what the parser cannot, before anything is read or measured
};

// Reads what the file says about its network. Throws DataError.
runtime::TrainedNetwork read_network(const std::string& checkpoint);

class RunningNetwork {
  public:
    // Plans the network for batches of `batch` images, as the flags say, and loads its weights.
    RunningNetwork(const runtime::TrainedNetwork& network, const InferenceFlags& flags, int batch,
                   std::span<char* const> arguments, const std::string& program, Progress& progress);

    // Runs it over all images of the set, in stored order. A signal ends it after a batch; see stop_signal().
    void answer(const runtime::data::DatasetPtr& set, Progress& progress, const runtime::OnAnswer& each);

    Json& report() { return report_; }
    const std::string& unsaved_times() const { return unsaved_times_; }  // why; empty: they are in --cache

  private:
    runtime::data::TransformOptions transform_;
    int batch_;
    Json report_;
    std::string unsaved_times_;
    std::unique_ptr<session::Inference> inference_;
};

}  // namespace experiments

// A planned network as a file: one program writes it, another loads it and checks it without the solver.
#pragma once

#include <string>

#include "runtime/session/plan.h"

namespace runtime::session {

// Writes the plan, the times that it was solved with, and the certificate of its bound. Throws DataError.
void save(const std::string& file, const Network& network, const Profile& profile, const Solution& solution);

// The mode of a saved plan's times. If it is simulated, prepare the network to be simulated before load().
// Throws DataError.
Mode mode_of_saved(const std::string& file);

struct SavedSolution {
    Profile profile;
    Solution solution;
    std::string host;  // platform that the times were measured on; empty: simulated
};
// Loads and checks a saved plan; times nothing and solves nothing. `slow`: where slow memory is now. Throws
// DataError for a file that is damaged, makes a false claim, or was made for another network.
SavedSolution load(const std::string& file, const Network& network, const std::string& slow = {});

}  // namespace runtime::session

// A planned network as a file: written by one program, taken up by another, checked without the solver.
#pragma once

#include <string>

#include "runtime/session/plan.h"

namespace runtime::session {

// Writes the plan, the times that it was solved for, and the certificate of its bound. Throws DataError.
void save(const std::string& file, const Network& network, const Profile& profile, const Solution& solution);

// What its times are. Of simulated times the network must be prepared to be simulated. Throws DataError.
Mode mode_of_saved(const std::string& file);

struct SavedSolution {
    Profile profile;
    Solution solution;
    std::string host;  // where the times were taken; empty: simulated
};
// Nothing is timed and nothing is solved. Throws DataError for a file that is damaged, claims what does not
// hold, or was made for another network. `slow`: where slow memory is now.
SavedSolution load(const std::string& file, const Network& network, const std::string& slow = {});

}  // namespace runtime::session

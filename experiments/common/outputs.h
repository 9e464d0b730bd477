// The files that a run is to leave behind, looked at before it starts: hours of work are not to end at a
// folder that is not there.
#pragma once

#include <string>

namespace experiments {

// Nothing to say of an empty name. Throws DataError where no file can be made or replaced there.
void check_output(const std::string& flag, const std::string& file);

// The same for kernel times; a file that they cannot be read from is said on stderr, and measured anew.
void check_cache(const std::string& file);

}  // namespace experiments

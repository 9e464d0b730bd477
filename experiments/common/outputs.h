// The files that a run is to leave behind, looked at before it starts: hours of work are not to end at a
// folder that is not there.
#pragma once

#include <string>

#include "framework/base/error.h"

namespace experiments {

// Nothing to say of an empty name. Throws DataError where no file can be made or replaced there.
void check_output(const std::string& flag, const std::string& file);

// The same for kernel times. Throws DataError for a file that cannot be read; a damaged one is said on
// stderr, and its times are measured again.
void check_cache(const std::string& file);

// The outputs of work that is done. One that cannot be written does not cost the others, nor what is printed.
class Outputs {
  public:
    template <class Write>
    void write(Write write_one) {
        try {
            write_one();
        } catch (const framework::Error& error) {
            add_failure(error.what());
        }
    }
    void add_failure(const std::string& why) {  // empty: none
        if (failure_.empty()) failure_ = why;
    }
    const std::string& failure() const { return failure_; }  // the first one; empty: none
    void require_all() const { framework::require<framework::Error>(failure_.empty(), failure_); }

  private:
    std::string failure_;
};

}  // namespace experiments

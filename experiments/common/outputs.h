// The output files of a run. They are checked before it starts, so that hours of work do not end at a missing
// folder.
#pragma once

#include <string>

#include "framework/base/error.h"

namespace experiments {

// Throws DataError if no file can be made or replaced there. Does nothing for an empty name.
void check_output(const std::string& flag, const std::string& file);

// The same for a picture. Throws UsageError if its name ends like that of another format: pictures are PNG.
void check_picture(const std::string& flag, const std::string& file);

// The same for a file of kernel times. Throws DataError if the file cannot be read. Reports a damaged file on
// stderr; its times are measured again.
void check_cache(const std::string& file);

// Writes the outputs of finished work. If one cannot be written, the others still are, and the results are
// still printed.
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

// Buffers that need addresses, in the CSV files of MiniMalloc (Moffitt 2023), and a check of the addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/units.h"

namespace experiments {

// A time within a buffer's life in which it holds nothing, or only some of its bytes.
struct Gap {
    std::int64_t lower = 0, upper = 0;     // times [lower, upper)
    framework::Bytes first = 0, last = 0;  // bytes [first, last) of the buffer are still used; none if equal
};

struct Buffer {
    std::string id;
    std::int64_t lower = 0, upper = 0;  // it lives at times [lower, upper)
    framework::Bytes size = 0, alignment = 1;
    std::vector<Gap> gaps;
};

struct BufferFile {
    std::string header;
    std::vector<std::string> rows;  // as in the file
    std::vector<Buffer> buffers;    // one for each row
};

// Reads the columns id, lower, upper and size, and the optional ones alignment, hint and gaps, in any order.
// `gaps` holds "lower-upper" or "lower-upper@first:last", separated by spaces; `hint`, a number, is not used.
// Throws DataError, which names file and line.
BufferFile read_buffers(const std::string& path);

// Prints the rows of the file with one more column, `offset`.
std::string print_buffers(const BufferFile& file, const std::vector<framework::Bytes>& offsets);

// Why these offsets are wrong: beyond the capacity, not aligned, or two buffers share a byte at a time. Empty
// if they are right. It shares no code with the search.
std::string fault_of(const std::vector<Buffer>& buffers, const std::vector<framework::Bytes>& offsets,
                     framework::Bytes capacity);

}  // namespace experiments

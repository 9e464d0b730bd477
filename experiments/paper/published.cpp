#include "experiments/paper/published.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string_view>

#include <zlib.h>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/numbers.h"

namespace experiments {

namespace {

using framework::DataError;
using framework::in_quotes;
using framework::require;
using framework::text;
using Sizes = PublishedKernel::Sizes;

constexpr std::array columns = {"desc",  "in_sizes",   "out_sizes", "in_types", "out_types",
                                "ismkl", "in_formats", "cfg_in",    "cfg_out",  "us"};
constexpr std::size_t cfg_in = 7, cfg_out = 8, microseconds = 9;
constexpr std::size_t most_text = std::size_t{1} << 28;  // a file of timings is a few megabytes

// The content of a file, decompressed if gzip compressed it.
std::string content_of(const std::string& path) {
    const std::vector<std::uint8_t> bytes = framework::read_file(path);
    if (bytes.size() < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b) return {bytes.begin(), bytes.end()};
    z_stream stream{};
    constexpr int gzip = 16 + MAX_WBITS;
    require<framework::Error>(inflateInit2(&stream, gzip) == Z_OK, path, ": zlib cannot start");
    stream.next_in = const_cast<Bytef*>(bytes.data());  // NOLINT: zlib only reads it
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string content;
    std::array<char, 1 << 16> block{};
    int status = Z_OK;
    while (status == Z_OK && content.size() < most_text) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());  // NOLINT: zlib's name for a byte
        stream.avail_out = static_cast<uInt>(block.size());
        status = inflate(&stream, Z_NO_FLUSH);
        content.append(block.data(), block.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    require<DataError>(status == Z_STREAM_END, path, ": gzip data ends too early or is damaged");
    return content;
}

// Reads one line after another, cell by cell; a cell in quotes may hold commas.
class Lines {
  public:
    Lines(std::string path, std::string_view rest) : path_(std::move(path)), rest_(rest) {}

    bool next() {
        ++line_;
        if (rest_.empty()) return false;
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        std::string_view line = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        split(line);
        return true;
    }
    const std::vector<std::string>& cells() const { return cells_; }
    [[noreturn]] void refuse(std::string_view what) const {
        throw DataError(text(path_, ": line ", line_, ": ", what));
    }

  private:
    void split(std::string_view line) {
        cells_.assign(1, "");
        bool quoted = false;
        for (const char c : line) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells_.emplace_back();
            } else {
                cells_.back() += c;
            }
        }
    }

    std::string path_;
    std::string_view rest_;
    std::vector<std::string> cells_;
    int line_ = 0;
};

// "((1, 1, 64, 16), ())" with the fastest dimension first, as Julia writes a tuple of tuples.
std::vector<Sizes> sizes_of(const Lines& at, std::string_view cell) {
    std::vector<Sizes> all;
    int depth = 0;
    std::string digits;
    const auto end_number = [&] {
        if (digits.empty()) return;
        const auto value = framework::parse_number<std::int64_t>(digits);
        if (!value || *value < 1 || *value > std::int64_t{1} << 40 || depth != 2)
            at.refuse(text(in_quotes(cell), " is no tuple of shapes such as ((56, 56, 64, 16), (64,))"));
        all.back().push_back(*value);
        digits.clear();
    };
    for (const char c : cell) {
        if (c >= '0' && c <= '9') {
            digits += c;
            continue;
        }
        end_number();
        if (c == '(' && ++depth == 2) all.emplace_back();
        if (c == ')') --depth;
        if (depth < 0 || depth > 2 || std::string_view("(), ").find(c) == std::string_view::npos)
            at.refuse(text(in_quotes(cell), " is no tuple of shapes such as ((56, 56, 64, 16), (64,))"));
    }
    if (depth != 0) at.refuse(text(in_quotes(cell), " is no tuple of shapes: a bracket is open"));
    for (Sizes& sizes : all) std::ranges::reverse(sizes);
    return all;
}

std::vector<int> bytes_of_elements(std::string_view cell) {
    std::vector<int> all;
    while (!cell.empty()) {
        const std::size_t end = std::min(cell.find('+'), cell.size());
        all.push_back(cell.substr(0, end) == "Bool" ? 1 : 4);
        cell.remove_prefix(std::min(end + 1, cell.size()));
    }
    return all;
}

void check_placement(const Lines& at, const std::string& letters, std::size_t operands) {
    if (letters.size() != operands || letters.find_first_not_of("DP") != std::string::npos)
        at.refuse(text(in_quotes(letters), " is no placement of ", operands,
                       " operands: a letter each, D for DRAM and P for slow memory"));
}

// Names are printed, so they may only have letters, digits and _.
void check_name(const Lines& at, const std::string& name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (name.empty() || name.size() > 100 || name.find_first_not_of(letters) != std::string::npos)
        at.refuse(text("desc is a name of up to 100 letters and digits, not ", in_quotes(name)));
}

PublishedKernel kernel_of(const Lines& at, const std::vector<std::string>& cells) {
    check_name(at, cells[0]);
    PublishedKernel kernel{.name = cells[0],
                           .inputs = sizes_of(at, cells[1]),
                           .outputs = sizes_of(at, cells[2]),
                           .input_bytes = bytes_of_elements(cells[3]),
                           .output_bytes = bytes_of_elements(cells[4]),
                           .timings = {}};
    if (kernel.input_bytes.size() != kernel.inputs.size() ||
        kernel.output_bytes.size() != kernel.outputs.size())
        at.refuse("as many types are wanted as there are shapes");
    return kernel;
}

}  // namespace

framework::Bytes PublishedKernel::largest_operand() const {
    double largest = 0;
    const auto look_at = [&](const std::vector<Sizes>& all, const std::vector<int>& element) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            double bytes = element[i];
            for (const std::int64_t extent : all[i]) bytes *= static_cast<double>(extent);
            largest = std::max(largest, bytes);
        }
    };
    look_at(inputs, input_bytes);
    look_at(outputs, output_bytes);
    return static_cast<framework::Bytes>(std::min(largest, framework::most_bytes));
}

const PublishedKernel::Timing* PublishedKernel::all_dram() const {
    const auto found = std::ranges::find_if(timings, [](const Timing& timing) {
        return (timing.inputs + timing.outputs).find('P') == std::string::npos;
    });
    return found == timings.end() ? nullptr : &*found;
}

std::vector<PublishedKernel> read_published(const std::string& path) {
    const std::string content = content_of(path);
    Lines lines(path, content);
    if (!lines.next() || !std::ranges::equal(lines.cells(), columns))
        lines.refuse(
            "the columns are desc, in_sizes, out_sizes, in_types, out_types, ismkl, in_formats, "
            "cfg_in, cfg_out, us");
    std::vector<PublishedKernel> kernels;
    std::map<std::string, std::size_t> known;
    while (lines.next()) {
        const std::vector<std::string>& cells = lines.cells();
        if (cells.size() != columns.size())
            lines.refuse(text(cells.size(), " cells where ", columns.size(), " are wanted"));
        std::string key;
        for (std::size_t column = 0; column < cfg_in; ++column) key += cells[column] + '\n';
        const auto [place, is_new] = known.try_emplace(key, kernels.size());
        if (is_new) kernels.push_back(kernel_of(lines, cells));
        PublishedKernel& kernel = kernels[place->second];
        check_placement(lines, cells[cfg_in], kernel.inputs.size());
        check_placement(lines, cells[cfg_out], kernel.outputs.size());
        const auto us = framework::parse_number<double>(cells[microseconds]);
        if (!us || *us < 0 || *us > 1e12)
            lines.refuse(text("us is a number from 0 to 1e12, not ", in_quotes(cells[microseconds])));
        kernel.timings.push_back({cells[cfg_in], cells[cfg_out], *us / 1e6});
    }
    return kernels;
}

}  // namespace experiments

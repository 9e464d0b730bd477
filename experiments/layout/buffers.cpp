#include "experiments/layout/buffers.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "framework/base/error.h"
#include "framework/base/files.h"
#include "framework/base/numbers.h"

namespace experiments {

using framework::Bytes;
using framework::DataError;
using framework::in_quotes;
using framework::require;
using framework::text;

namespace {

constexpr std::int64_t most_time = std::int64_t{1} << 60;
constexpr Bytes most_size = Bytes{1} << 50;

std::vector<std::string_view> split(std::string_view all, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = all.find(at);
        parts.push_back(all.substr(0, end));
        if (end == std::string_view::npos) return parts;
        all.remove_prefix(end + 1);
    }
}

// One line of the file, for messages.
struct Line {
    const std::string& path;
    std::size_t number;

    std::int64_t whole(std::string_view field, std::string_view what, std::int64_t least,
                       std::int64_t most) const {
        const auto value = framework::parse_number<std::int64_t>(field);
        const framework::Interval<std::int64_t> interval{least, most};
        require<DataError>(value && interval.holds(*value), path, ", line ", number, ": ", what, ' ',
                           in_quotes(std::string(field.substr(0, 40))), " is not ", describe(interval));
        return *value;
    }
    template <class... Parts>
    void check(bool condition, const Parts&... parts) const {
        require<DataError>(condition, path, ", line ", number, ": ", parts...);
    }
};

using Columns = std::map<std::string_view, std::size_t>;

Columns columns_of(const Line& line, std::string_view header) {
    constexpr std::string_view known = "id, lower, upper, size, alignment, hint, gaps";
    Columns columns;
    for (const std::string_view name : split(header, ',')) {
        const auto names = split(known, ',');
        const bool is_known = std::ranges::any_of(
            names, [&](std::string_view one) { return name == one.substr(one.find_first_not_of(' ')); });
        line.check(is_known, "there is no column ", in_quotes(std::string(name.substr(0, 40))),
                   "; the columns are ", known);
        const bool is_new = columns.emplace(name, columns.size()).second;
        line.check(is_new, "the column ", std::string(name), " is there twice");
    }
    for (const char* needed : {"id", "lower", "upper", "size"})
        line.check(columns.contains(needed), "the column ", needed, " is missing");
    return columns;
}

Gap read_gap(const Line& line, std::string_view field, const Buffer& buffer) {
    const auto parts = split(field, '@');
    const auto times = split(parts.front(), '-');
    const std::string shown = in_quotes(std::string(field.substr(0, 40)));
    line.check(parts.size() <= 2 && times.size() == 2, "the gap ", shown,
               " is not lower-upper or lower-upper@first:last");
    Gap gap{.lower = line.whole(times[0], "a gap's lower", buffer.lower, buffer.upper),
            .upper = line.whole(times[1], "a gap's upper", buffer.lower, buffer.upper)};
    line.check(gap.lower < gap.upper, "the gap ", shown, " ends before it begins");
    if (parts.size() == 1) return gap;
    const auto bytes = split(parts[1], ':');
    line.check(bytes.size() == 2, "the gap ", shown, " is not lower-upper or lower-upper@first:last");
    gap.first = line.whole(bytes[0], "a gap's first byte", 0, buffer.size);
    gap.last = line.whole(bytes[1], "a gap's last byte", gap.first, buffer.size);
    return gap;
}

Buffer read_buffer(const Line& line, const Columns& columns, std::string_view row) {
    const auto fields = split(row, ',');
    line.check(fields.size() == columns.size(), "there are ", fields.size(), " fields, and the header has ",
               columns.size(), " columns");
    const auto field = [&](const char* name) { return fields[columns.at(name)]; };
    Buffer buffer{.id = std::string(field("id")),
                  .lower = line.whole(field("lower"), "lower", -most_time, most_time),
                  .upper = line.whole(field("upper"), "upper", -most_time, most_time),
                  .size = line.whole(field("size"), "size", 1, most_size),
                  .gaps = {}};
    line.check(buffer.lower < buffer.upper, "the buffer ", in_quotes(buffer.id.substr(0, 40)),
               " ends before it begins");
    if (columns.contains("alignment"))
        buffer.alignment = line.whole(field("alignment"), "alignment", 1, Bytes{1} << 40);
    if (columns.contains("hint")) line.whole(field("hint"), "hint", -1, most_size);
    if (!columns.contains("gaps")) return buffer;
    for (const std::string_view gap : split(field("gaps"), ' ')) {
        if (!gap.empty()) buffer.gaps.push_back(read_gap(line, gap, buffer));
    }
    std::ranges::sort(buffer.gaps, {}, &Gap::lower);
    for (std::size_t i = 1; i < buffer.gaps.size(); ++i)
        line.check(buffer.gaps[i - 1].upper <= buffer.gaps[i].lower, "two gaps overlap");
    return buffer;
}

}  // namespace

BufferFile read_buffers(const std::string& path) {
    const std::vector<std::uint8_t> content = framework::read_file(path);
    const std::string_view all(reinterpret_cast<const char*>(content.data()), content.size());
    BufferFile file;
    Columns columns;
    Bytes total = 0;
    std::size_t number = 0;
    for (std::string_view row : split(all, '\n')) {
        const Line line{path, ++number};
        if (row.ends_with('\r')) row.remove_suffix(1);
        if (row.empty()) continue;
        if (file.header.empty()) {
            file.header = row;
            columns = columns_of(line, row);
            continue;
        }
        file.buffers.push_back(read_buffer(line, columns, row));
        file.rows.emplace_back(row);
        total += file.buffers.back().size;
        line.check(total <= most_size, "the buffers so far have more than ", most_size, " bytes together");
    }
    require<DataError>(!file.header.empty(), path, ": it is empty; its first line names the columns");
    return file;
}

std::string print_buffers(const BufferFile& file, const std::vector<Bytes>& offsets) {
    std::string out = file.header + ",offset\n";
    for (std::size_t i = 0; i < file.rows.size(); ++i) out += text(file.rows[i], ',', offsets[i], '\n');
    return out;
}

namespace {

// At times [lower, upper) a buffer holds bytes [first, last), counted from its offset.
struct Piece {
    std::int64_t lower, upper;
    Bytes first, last;
};

std::vector<Piece> pieces_of(const Buffer& buffer) {
    std::vector<Piece> pieces;
    std::int64_t time = buffer.lower;
    for (const Gap& gap : buffer.gaps) {
        if (time < gap.lower) pieces.push_back({time, gap.lower, 0, buffer.size});
        if (gap.first < gap.last) pieces.push_back({gap.lower, gap.upper, gap.first, gap.last});
        time = gap.upper;
    }
    if (time < buffer.upper) pieces.push_back({time, buffer.upper, 0, buffer.size});
    return pieces;
}

}  // namespace

std::string fault_of(const std::vector<Buffer>& buffers, const std::vector<Bytes>& offsets, Bytes capacity) {
    struct Placed {
        Piece piece;
        std::size_t buffer;
    };
    std::vector<Placed> placed;
    for (std::size_t i = 0; i < buffers.size(); ++i) {
        const Buffer& buffer = buffers[i];
        if (offsets[i] < 0 || offsets[i] + buffer.size > capacity)
            return text("the buffer ", buffer.id, " at ", offsets[i], " leaves the capacity of ", capacity);
        if (offsets[i] % buffer.alignment != 0)
            return text("the buffer ", buffer.id, " at ", offsets[i], " is not aligned to ",
                        buffer.alignment);
        for (Piece piece : pieces_of(buffer)) {
            piece.first += offsets[i];
            piece.last += offsets[i];
            placed.push_back({piece, i});
        }
    }
    std::ranges::sort(placed, {}, [](const Placed& one) { return one.piece.lower; });
    for (std::size_t i = 0; i < placed.size(); ++i) {
        const Piece& a = placed[i].piece;
        for (std::size_t j = i + 1; j < placed.size() && placed[j].piece.lower < a.upper; ++j) {
            const Piece& b = placed[j].piece;
            if (a.first < b.last && b.first < a.last)
                return text("the buffers ", buffers[placed[i].buffer].id, " and ",
                            buffers[placed[j].buffer].id, " share a byte at time ", b.lower);
        }
    }
    return {};
}

}  // namespace experiments

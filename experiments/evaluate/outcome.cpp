#include "experiments/evaluate/outcome.h"

#include <algorithm>
#include <iomanip>

#include "experiments/common/accuracy.h"
#include "experiments/common/csv.h"
#include "experiments/common/gnuplot.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"

namespace experiments::evaluate {

using framework::printable;

namespace {

constexpr std::size_t most_in_matrix = 16;  // classes whose matrix fits a screen
constexpr std::size_t widest_name = 30;

std::string shown_name(const Confusion& confusion, int label) {
    const std::string name = printable(confusion.name_of(label));
    return name.size() <= widest_name ? name : name.substr(0, widest_name - 3) + "...";
}

int width_of_names(const Confusion& confusion, const std::vector<int>& labels) {
    std::size_t widest = 10;  // of the heading
    for (const int label : labels) widest = std::max(widest, shown_name(confusion, label).size());
    return static_cast<int>(widest);
}

std::vector<int> with_images(const Confusion& confusion) {
    std::vector<int> labels = confusion.present();
    std::erase_if(labels, [&](int label) { return confusion[label].images == 0; });
    return labels;
}

void print_classes(framework::TextStream& out, const Confusion& confusion, int rows) {
    std::vector<int> labels = with_images(confusion);
    const std::size_t all = labels.size();
    if (all > static_cast<std::size_t>(rows)) {
        std::ranges::stable_sort(labels, {}, [&](int label) { return confusion[label].top1(); });
        labels.resize(static_cast<std::size_t>(rows));
    }
    const int width = width_of_names(confusion, labels);
    out << std::left << std::setw(width) << "class" << std::right << std::setw(9) << "images" << std::setw(11)
        << "top-1";
    if (confusion.has_top5()) out << std::setw(11) << "top-5";
    out << std::setw(12) << "precision" << '\n';
    for (const int label : labels) {
        const ClassCount& count = confusion[label];
        out << std::left << std::setw(width) << shown_name(confusion, label) << std::right << std::setw(9)
            << count.images << std::setw(11) << print_share(count.top1());
        if (confusion.has_top5()) out << std::setw(11) << print_share(count.top5());
        out << std::setw(12) << (count.answered > 0 ? print_share(count.precision()) : "-") << '\n';
    }
    if (labels.size() < all)
        out << "... and " << all - labels.size()
            << " classes with a higher top-1; --rows N shows more, --csv all\n";
}

void print_matrix(framework::TextStream& out, const Confusion& confusion) {
    const std::vector<int> columns = confusion.present();
    const int width = width_of_names(confusion, columns) + 4;
    out << "\nconfusion matrix: how many images of each class got which answer (by number)\n"
        << std::left << std::setw(width) << "true class";
    for (const int answer : columns) out << std::right << std::setw(6) << answer;
    out << '\n';
    for (const int label : with_images(confusion)) {
        out << std::right << std::setw(3) << label << ' ' << std::left << std::setw(width - 4)
            << shown_name(confusion, label) << std::right;
        for (const int answer : columns) {
            const std::int64_t images = confusion.images(label, answer);
            out << std::setw(6) << (images > 0 ? std::to_string(images) : ".");
        }
        out << '\n';
    }
}

void print_mistakes(framework::TextStream& out, const Confusion& confusion, int rows) {
    std::vector<Mistake> mistakes = confusion.mistakes();
    const std::size_t all = mistakes.size();
    mistakes.resize(std::min(all, static_cast<std::size_t>(rows)));
    out << "\nmost frequent confusions\n";
    const int width = width_of_names(confusion, confusion.present());
    out << std::left << std::setw(width) << "true class"
        << "  " << std::setw(width) << "answer" << std::right << std::setw(9) << "images" << std::setw(24)
        << "share of the class" << '\n';
    for (const auto& [label, answer, images] : mistakes) {
        const double share = static_cast<double>(images) / static_cast<double>(confusion[label].images);
        out << std::left << std::setw(width) << shown_name(confusion, label) << "  " << std::setw(width)
            << shown_name(confusion, answer) << std::right << std::setw(9) << images << std::setw(24)
            << print_share(share) << '\n';
    }
    if (mistakes.size() < all)
        out << "... and " << all - mistakes.size()
            << " more; --rows N shows more, --csv has the whole matrix\n";
}

}  // namespace

std::string tables_of(const Confusion& confusion, int rows) {
    framework::TextStream out;
    out << '\n';
    print_classes(out, confusion, rows);
    if (confusion.present().size() <= most_in_matrix) {
        print_matrix(out, confusion);
    } else {
        print_mistakes(out, confusion, rows);
    }
    return out.str();
}

std::string csv_of(const Confusion& confusion) {
    const std::vector<int> columns = confusion.present();
    framework::TextStream csv;
    csv << "class,images,top1_images,top5_images,answers";
    for (const int answer : columns) csv << ',' << csv_field("answer: " + confusion.name_of(answer));
    csv << '\n';
    for (const int label : columns) {
        const ClassCount& count = confusion[label];
        csv << csv_field(confusion.name_of(label)) << ',' << count.images << ',' << count.first << ','
            << count.fifth << ',' << count.answered;
        for (const int answer : columns) csv << ',' << confusion.images(label, answer);
        csv << '\n';
    }
    return csv.str();
}

Json json_of_classes(const Confusion& confusion) {
    Json all = Json::array();
    for (const int label : confusion.present()) {
        const ClassCount& count = confusion[label];
        Json row{{"class", confusion.name_of(label)}, {"images", count.images}, {"answers", count.answered}};
        if (count.images > 0) row["top1"] = count.top1();
        if (count.images > 0 && confusion.has_top5()) row["top5"] = count.top5();
        if (count.answered > 0) row["precision"] = count.precision();
        all.push_back(std::move(row));
    }
    return all;
}

Json json_of_confusions(const Confusion& confusion) {
    Json all = Json::array();
    for (const auto& [label, answer, images] : confusion.mistakes())
        all.push_back(
            {{"class", confusion.name_of(label)}, {"answer", confusion.name_of(answer)}, {"images", images}});
    return all;
}

void draw_confusion(const Confusion& confusion, const std::string& data, const std::string& file) {
    const std::vector<int> labels = with_images(confusion), answers = confusion.present();
    HeatMap map{.title = data + ": share of each class's images with each answer, in %",
                .x = "answer",
                .y = "true class"};
    for (const int answer : answers) map.columns.push_back(shown_name(confusion, answer));
    for (const int label : labels) {
        map.rows.push_back(shown_name(confusion, label));
        std::vector<double>& shares = map.shares.emplace_back();
        for (const int answer : answers)
            shares.push_back(static_cast<double>(confusion.images(label, answer)) /
                             static_cast<double>(confusion[label].images));
    }
    draw(map, file);
}

}  // namespace experiments::evaluate

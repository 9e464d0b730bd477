#include "experiments/predict/answers.h"

#include <algorithm>

#include "experiments/common/accuracy.h"
#include "experiments/common/csv.h"
#include "framework/base/numbers.h"
#include "framework/base/text.h"
#include "models/models.h"
#include "runtime/training/ranking.h"

namespace experiments::predict {

using framework::printable;

namespace {

constexpr std::size_t widest_file = 60, widest_class = 30, probability_width = 11;

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text;
}

std::string percent(double probability) {
    const std::string digits = print_share(probability);
    return std::string(probability_width - std::min(probability_width, digits.size()), ' ') + digits;
}

std::string without_spaces_at_end(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

}  // namespace

std::vector<Answer> best_answers(std::span<const float> logits, const runtime::TrainedNetwork& network,
                                 int top) {
    const bool probabilities = models::ends_in_probabilities(network.model);
    const std::vector<double> shares =
        probabilities ? std::vector<double>(logits.begin(), logits.end()) : runtime::probabilities_of(logits);
    std::vector<Answer> best;
    for (const int label : runtime::best_of(logits, top))
        best.push_back({network.name_of(label), shares[static_cast<std::size_t>(label)]});
    return best;
}

Table::Table(const std::vector<std::filesystem::path>& files, const runtime::TrainedNetwork& network, int top)
    : file_width_(4), class_width_(5), top_(std::min(top, network.classes)) {
    for (const auto& file : files) file_width_ = std::max(file_width_, printable(file.string()).size());
    for (const std::string& name : network.class_names)
        class_width_ = std::max(class_width_, printable(name).size());
    file_width_ = std::min(file_width_, widest_file);
    class_width_ = std::min(class_width_, widest_class);
}

std::string Table::header() const {
    std::string line = padded("file", file_width_);
    for (int rank = 1; rank <= top_; ++rank) {
        const std::string name = rank == 1 ? "class" : std::to_string(rank) + ".";
        line += "  " + padded(name, class_width_) +
                (rank == 1 ? "  probability" : padded("", 2 + probability_width));
    }
    return without_spaces_at_end(line);
}

std::string Table::line(const Answers& answers) const {
    std::string line = padded(printable(answers.file.string()), file_width_);
    for (const auto& [name, probability] : answers.best)
        line += "  " + padded(printable(name), class_width_) + "  " + percent(probability);
    return line;
}

std::string csv_of(const std::vector<Answers>& answers) {
    framework::TextStream csv;
    csv << "file,rank,class,probability\n";
    for (const auto& [file, best] : answers) {
        for (std::size_t i = 0; i < best.size(); ++i)
            csv << csv_field(file.string()) << ',' << i + 1 << ',' << csv_field(best[i].class_name) << ','
                << framework::fixed(best[i].probability, 6) << '\n';
    }
    return csv.str();
}

Json json_of(const std::vector<Answers>& answers) {
    Json all = Json::array();
    for (const auto& [file, best] : answers) {
        Json classes = Json::array();
        for (const auto& [name, probability] : best)
            classes.push_back({{"class", name}, {"probability", probability}});
        all.push_back({{"file", file.string()}, {"answers", std::move(classes)}});
    }
    return all;
}

}  // namespace experiments::predict

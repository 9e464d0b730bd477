// Counts which class a network answers for the images of each class.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "runtime/training/trained_network.h"

namespace experiments::evaluate {

struct ClassCount {
    std::int64_t images = 0;    // of the class
    std::int64_t first = 0;     // of these, with the class as the answer
    std::int64_t fifth = 0;     // of these, with the class among the five most likely
    std::int64_t answered = 0;  // images of any class with this one as the answer

    double top1() const { return static_cast<double>(first) / static_cast<double>(images); }
    double top5() const { return static_cast<double>(fifth) / static_cast<double>(images); }
    double precision() const { return static_cast<double>(first) / static_cast<double>(answered); }
};

struct Mistake {
    int label = 0, answer = 0;
    std::int64_t images = 0;
};

class Confusion {
  public:
    explicit Confusion(const runtime::TrainedNetwork& network);
    void add(int label, std::span<const float> logits);  // an image of class `label`

    std::string name_of(int label) const { return network_.name_of(label); }
    const ClassCount& operator[](int label) const { return classes_[static_cast<std::size_t>(label)]; }
    std::vector<int> present() const;  // classes with images or answers
    bool has_top5() const { return classes_.size() > 5; }
    std::int64_t images(int label, int answer) const;  // of class `label` that were taken for `answer`
    std::vector<Mistake> mistakes() const;             // wrong answers, the most frequent first

  private:
    const runtime::TrainedNetwork& network_;
    std::vector<ClassCount> classes_;
    std::map<std::pair<int, int>, std::int64_t> counts_;  // by label and answer; few pairs occur
};

}  // namespace experiments::evaluate

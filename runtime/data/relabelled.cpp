#include "runtime/data/relabelled.h"

#include <map>
#include <utility>

#include "framework/base/error.h"
#include "framework/base/text.h"

namespace runtime::data {

using framework::in_quotes;

namespace {

class Relabelled : public Dataset {
  public:
    Relabelled(DatasetPtr set, std::vector<std::string> classes, std::vector<int> labels)
        : set_(std::move(set)), classes_(std::move(classes)), labels_(std::move(labels)) {}

    std::int64_t count() const override { return set_->count(); }
    ImageShape shape() const override { return set_->shape(); }
    const std::vector<std::string>& classes() const override { return classes_; }
    int label(std::int64_t sample) const override {
        return labels_[static_cast<std::size_t>(set_->label(sample))];
    }
    void read(std::int64_t sample, std::uint8_t* image) const override { set_->read(sample, image); }

  private:
    DatasetPtr set_;
    std::vector<std::string> classes_;
    std::vector<int> labels_;  // by the set's own
};

std::string first_of(const std::vector<std::string>& names) {
    constexpr std::size_t most = 12;
    std::string listed;
    for (std::size_t i = 0; i < names.size() && i < most; ++i)
        listed += (i == 0 ? "" : ", ") + framework::printable(names[i].substr(0, 60));
    return names.size() <= most ? listed : framework::text(listed, " and ", names.size() - most, " more");
}

}  // namespace

DatasetPtr relabelled(const DatasetPtr& set, const std::vector<std::string>& classes,
                      const std::string& set_name, const std::string& known_by) {
    if (set->classes() == classes) return set;
    std::map<std::string, int> known;
    for (std::size_t i = 0; i < classes.size(); ++i) known.emplace(classes[i], static_cast<int>(i));
    std::vector<int> labels;
    for (const std::string& name : set->classes()) {
        const auto found = known.find(name);
        framework::require<framework::DataError>(
            found != known.end(), set_name, " has the class ", in_quotes(name), ", which ", known_by,
            " was not trained on; its classes are ", first_of(classes),
            "; rename the class to one of them, or take it out of the set");
        labels.push_back(found->second);
    }
    return std::make_shared<Relabelled>(set, classes, std::move(labels));
}

}  // namespace runtime::data

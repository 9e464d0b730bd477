// A set of images of a user's own, drawn when they are asked for: trained on, and evaluated.
#include <iostream>

#include "framework/graph/layers.h"
#include "models/models.h"
#include "runtime/session/session.h"

using namespace framework;
namespace session = runtime::session;
namespace data = runtime::data;

// Squares in one of the four corners, which is the label.
class Corners : public data::Dataset {
  public:
    std::int64_t count() const override { return 256; }
    data::ImageShape shape() const override { return {1, 16, 16}; }
    const std::vector<std::string>& classes() const override { return corners_; }
    int label(std::int64_t sample) const override { return static_cast<int>(sample % 4); }
    void read(std::int64_t sample, std::uint8_t* image) const override {
        const int x = label(sample) % 2 * 8, y = label(sample) / 2 * 8,
                  side = 3 + static_cast<int>(sample % 5);
        for (int i = 0; i < 256; ++i)
            image[i] = i % 16 >= x && i % 16 < x + side && i / 16 >= y && i / 16 < y + side ? 255 : 0;
    }

  private:
    std::vector<std::string> corners_{"top left", "top right", "bottom left", "bottom right"};
};

int main() {
    const auto network = [](Tensor images) {
        return images | conv(8, {.kernel = 3, .padding = 1}) | relu | max_pool() | flatten | linear(4);
    };
    const models::ModelOptions options{.batch = 16, .image_size = 16, .channels = 1};
    const auto prepared = session::prepare(models::training(network, options));
    session::TrainingOptions evaluated;
    evaluated.evaluation = models::inference(network, options);
    session::Training training(prepared, session::plan_in_dram(prepared), evaluated);

    const auto corners = std::make_shared<Corners>();
    data::Batcher batches(corners, {.batch = 16, .seed = 1});
    training.train(batches, {.last = 60, .rate = {.base = 0.05F, .total = 60}});
    data::Batcher in_order(corners, {.batch = 16, .order = data::Order::sequential});
    const double right = training.evaluate(in_order, corners->count()).top1;
    std::cout << 100 * right << " % of the corners are told apart\n";
    return right > 0.9 ? 0 : 1;
}

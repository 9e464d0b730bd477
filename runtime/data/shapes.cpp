#include "runtime/data/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numbers>
#include <span>

#include "framework/base/error.h"
#include "runtime/data/random.h"

namespace runtime::data {

namespace {

struct Point {
    float x = 0.0f, y = 0.0f;
};
Point operator+(Point a, Point b) {
    return {a.x + b.x, a.y + b.y};
}
Point operator-(Point a, Point b) {
    return {a.x - b.x, a.y - b.y};
}
Point operator*(Point a, float k) {
    return {a.x * k, a.y * k};
}
float dot(Point a, Point b) {
    return a.x * b.x + a.y * b.y;
}
float length(Point a) {
    return std::sqrt(dot(a, a));
}
Point turned(Point a, float cosine, float sine) {
    return {cosine * a.x - sine * a.y, sine * a.x + cosine * a.y};
}

struct Colour {
    float r = 0.0f, g = 0.0f, b = 0.0f;  // in [0, 1]
};
Colour mixed(Colour a, Colour b, float share) {
    return {a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share, a.b + (b.b - a.b) * share};
}
float luma(Colour c) {
    return 0.299f * c.r + 0.587f * c.g + 0.114f * c.b;
}

// Signed distances, negative inside, to shapes about the origin that fill the unit disc or nearly. Unions are
// min, cuts max with the negative. The formulae are those of Quilez, "2D distance functions".
float disc(Point p, Point centre, float radius) {
    return length(p - centre) - radius;
}

float box(Point p, Point centre, Point half) {
    const Point q{std::abs(p.x - centre.x) - half.x, std::abs(p.y - centre.y) - half.y};
    return length({std::max(q.x, 0.0f), std::max(q.y, 0.0f)}) + std::min(std::max(q.x, q.y), 0.0f);
}

float segment(Point p, Point a, Point b, float radius) {
    const Point along = b - a, from = p - a;
    const float at = std::clamp(dot(from, along) / dot(along, along), 0.0f, 1.0f);
    return length(from - along * at) - radius;
}

float polygon(Point p, std::span<const Point> corners) {
    float nearest = dot(p - corners[0], p - corners[0]), sign = 1.0f;
    Point before = corners.back();
    for (const Point corner : corners) {
        const Point edge = before - corner, from = p - corner;
        const Point away = from - edge * std::clamp(dot(from, edge) / dot(edge, edge), 0.0f, 1.0f);
        nearest = std::min(nearest, dot(away, away));
        const bool above = p.y >= corner.y, below = p.y<before.y, left = edge.x * from.y> edge.y * from.x;
        if (above == below && above == left) sign = -sign;
        before = corner;
    }
    return sign * std::sqrt(nearest);
}

// Corners on circles of the given radii in turn: {1} is a regular polygon, {1, 0.4} a star.
template <std::size_t count>
std::array<Point, count> around(std::initializer_list<float> radii) {
    std::array<Point, count> corners;
    for (std::size_t i = 0; i < count; ++i) {
        const float angle = 2.0f * std::numbers::pi_v<float> * static_cast<float>(i) / count;
        corners[i] = turned({0.0f, -*(radii.begin() + i % radii.size())}, std::cos(angle), std::sin(angle));
    }
    return corners;
}

float triangle(Point p) {
    static const auto corners = around<3>({1.0f});
    return polygon(p, corners);
}
float star(Point p) {
    static const auto corners = around<10>({1.0f, 0.42f});
    return polygon(p, corners);
}
float heart(Point p) {
    static constexpr Point tip[]{{-0.88f, -0.02f}, {0.88f, -0.02f}, {0.0f, 0.9f}};
    const float lobes = std::min(disc(p, {-0.44f, -0.28f}, 0.5f), disc(p, {0.44f, -0.28f}, 0.5f));
    return std::min(lobes, polygon(p, tip));
}
float arrow(Point p) {
    static constexpr Point corners[]{{1.0f, 0.0f},    {0.1f, -0.75f}, {0.1f, -0.25f}, {-0.95f, -0.25f},
                                     {-0.95f, 0.25f}, {0.1f, 0.25f},  {0.1f, 0.75f}};
    return polygon(p, corners);
}
float pie(Point p) {
    static constexpr Point slice[]{{-0.15f, 0.0f}, {1.3f, -0.95f}, {1.3f, 0.95f}};
    return std::max(disc(p, {}, 0.9f), -polygon(p, slice));
}
float hourglass(Point p) {
    static constexpr Point corners[]{{-0.75f, -0.85f}, {0.75f, -0.85f}, {0.08f, 0.0f},
                                     {0.75f, 0.85f},   {-0.75f, 0.85f}, {-0.08f, 0.0f}};
    return polygon(p, corners);
}
float bolt(Point p) {
    static constexpr Point corners[]{{0.25f, -1.0f}, {-0.6f, 0.2f}, {-0.05f, 0.2f},
                                     {-0.25f, 1.0f}, {0.6f, -0.2f}, {0.05f, -0.2f}};
    return polygon(p, corners);
}
float drop(Point p) {
    static constexpr Point tip[]{{-0.53f, 0.2f}, {0.0f, -1.0f}, {0.53f, 0.2f}};
    return std::min(disc(p, {0.0f, 0.4f}, 0.57f), polygon(p, tip));
}

struct Glyph {
    const char* name;
    float (*distance)(Point);
};

constexpr Glyph glyphs[]{
    {"disc", [](Point p) { return disc(p, {}, 0.85f); }},
    {"ring", [](Point p) { return std::abs(disc(p, {}, 0.72f)) - 0.19f; }},
    {"square",
     [](Point p) {
         return box(p, {}, {0.7f, 0.7f});
     }},
    {"triangle", triangle},
    {"star", star},
    {"plus",
     [](Point p) {
         return std::min(box(p, {}, {0.9f, 0.28f}), box(p, {}, {0.28f, 0.9f}));
     }},
    {"crescent",
     [](Point p) {
         return std::max(disc(p, {}, 0.9f), -disc(p, {0.45f, 0.0f}, 0.72f));
     }},
    {"heart", heart},
    {"arrow", arrow},
    {"bar",
     [](Point p) {
         return segment(p, {-0.8f, 0.0f}, {0.8f, 0.0f}, 0.2f);
     }},
    {"tee",
     [](Point p) {
         return std::min(box(p, {0.0f, -0.65f}, {0.8f, 0.22f}), box(p, {}, {0.22f, 0.87f}));
     }},
    {"ell",
     [](Point p) {
         return std::min(box(p, {-0.4f, 0.0f}, {0.22f, 0.9f}), box(p, {0.1f, 0.68f}, {0.72f, 0.22f}));
     }},
    {"pie", pie},
    {"hourglass", hourglass},
    {"dumbbell",
     [](Point p) {
         const float ends = std::min(disc(p, {-0.6f, 0.0f}, 0.38f), disc(p, {0.6f, 0.0f}, 0.38f));
         return std::min(ends, segment(p, {-0.6f, 0.0f}, {0.6f, 0.0f}, 0.11f));
     }},
    {"bolt", bolt},
    {"frame",
     [](Point p) {
         return std::max(box(p, {}, {0.74f, 0.74f}), -box(p, {}, {0.42f, 0.42f}));
     }},
    {"half",
     [](Point p) {
         return std::max(disc(p, {0.0f, -0.35f}, 0.95f), -0.35f - p.y);
     }},
    {"drop", drop},
    {"aitch",
     [](Point p) {
         const float posts =
             std::min(box(p, {-0.55f, 0.0f}, {0.2f, 0.8f}), box(p, {0.55f, 0.0f}, {0.2f, 0.8f}));
         return std::min(posts, box(p, {}, {0.55f, 0.2f}));
     }},
};
static_assert(std::size(glyphs) == most_shape_classes);

Colour any_colour(Random& random) {
    return {random.unit(), random.unit(), random.unit()};
}

struct Stroke {
    Point a, b;
    float radius = 0.0f;
    Colour colour;
};

// Everything drawn, in a square from -1 to 1: a shaded ground, strokes and spots behind, the shape, at times
// a thin stroke across it, then noise.
struct Scene {
    Scene(int label, Random random);

    Colour at(Point p, float pixel) const;

    const Glyph* glyph;
    Point centre;
    float scale, cosine, sine;
    Colour near, far, ink, ink_end;
    Point slope;
    std::array<Stroke, 6> behind;
    std::size_t behind_count;
    Stroke across;
    bool crossed;
    float noise;
    std::uint64_t noise_key;
};

Stroke any_stroke(Random& random, float longest, float thickest) {
    const Point a{random.between(-1.0f, 1.0f), random.between(-1.0f, 1.0f)};
    const Point span{random.between(-longest, longest), random.between(-longest, longest)};
    return {a, a + span + Point{0.01f, 0.0f}, random.between(0.02f, thickest), any_colour(random)};
}

Scene::Scene(int label, Random random) : glyph(&glyphs[label]) {
    scale = random.between(0.45f, 0.78f);
    const float room = 0.95f - scale;
    centre = {random.between(-room, room), random.between(-room, room)};
    const float angle = random.between(-0.7f, 0.7f);
    cosine = std::cos(angle);
    sine = std::sin(angle);
    near = any_colour(random);
    far = mixed(near, any_colour(random), 0.35f);
    do {  // repeats until the shape is visible in gray too
        ink = any_colour(random);
    } while (std::abs(luma(ink) - luma(mixed(near, far, 0.5f))) < 0.25f);
    ink_end = mixed(ink, any_colour(random), 0.2f);
    const float direction = random.between(0.0f, 2.0f * std::numbers::pi_v<float>);
    slope = {0.5f * std::cos(direction), 0.5f * std::sin(direction)};
    behind_count = 2 + random.below(5);
    for (std::size_t i = 0; i < behind_count; ++i) {
        behind[i] = any_stroke(random, i % 2 == 0 ? 1.2f : 0.1f, i % 2 == 0 ? 0.05f : 0.14f);
        behind[i].colour = mixed(near, behind[i].colour, random.between(0.2f, 0.7f));
    }
    across = any_stroke(random, 1.5f, 0.04f);
    crossed = random.chance(0.3f);
    noise = random.between(0.01f, 0.09f);
    noise_key = random.next();
}

// How much of a pixel lies inside, `distance` from its middle.
float coverage(float distance, float pixel) {
    return std::clamp(0.5f - distance / pixel, 0.0f, 1.0f);
}

Colour Scene::at(Point p, float pixel) const {
    const float share = std::clamp(0.5f + dot(p, slope), 0.0f, 1.0f);
    Colour colour = mixed(near, far, share);
    for (std::size_t i = 0; i < behind_count; ++i) {
        const Stroke& s = behind[i];
        colour = mixed(colour, s.colour, coverage(segment(p, s.a, s.b, s.radius), pixel));
    }
    const Point own = turned(p - centre, cosine, -sine) * (1.0f / scale);
    colour = mixed(colour, mixed(ink, ink_end, share), coverage(glyph->distance(own) * scale, pixel));
    if (crossed) {
        colour = mixed(colour, across.colour, coverage(segment(p, across.a, across.b, across.radius), pixel));
    }
    return colour;
}

class Shapes : public Dataset {
  public:
    explicit Shapes(const ShapesOptions& options) : options_(options) {
        for (int c = 0; c < options.classes; ++c) classes_.push_back(glyphs[c].name);
    }

    std::int64_t count() const override { return options_.count; }
    ImageShape shape() const override { return options_.shape; }
    const std::vector<std::string>& classes() const override { return classes_; }
    int label(std::int64_t sample) const override { return static_cast<int>(sample % options_.classes); }
    void read(std::int64_t sample, std::uint8_t* image) const override;

  private:
    ShapesOptions options_;
    std::vector<std::string> classes_;
};

void Shapes::read(std::int64_t sample, std::uint8_t* image) const {
    const Scene scene(label(sample), Random(options_.seed, options_.split, sample));
    const auto [channels, height, width] = options_.shape;
    const std::size_t area = options_.shape.area();
    const float pixel = 2.0f / static_cast<float>(std::min(height, width));
    Random random(scene.noise_key);
    const auto noisy = [&](float value) {  // the sum of three uniform numbers is nearly Gaussian
        const float shift = random.unit() + random.unit() + random.unit() - 1.5f;
        const float level = std::clamp(value + 2.0f * scene.noise * shift, 0.0f, 1.0f);
        return static_cast<std::uint8_t>(std::lround(255.0f * level));
    };
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, ++image) {
            const Point p{pixel * (static_cast<float>(x) + 0.5f - 0.5f * static_cast<float>(width)),
                          pixel * (static_cast<float>(y) + 0.5f - 0.5f * static_cast<float>(height))};
            const Colour colour = scene.at(p, pixel);
            if (channels == 1) {
                image[0] = noisy(luma(colour));
            } else {
                image[0] = noisy(colour.r);
                image[area] = noisy(colour.g);
                image[2 * area] = noisy(colour.b);
            }
        }
    }
}

}  // namespace

DatasetPtr draw_shapes(const ShapesOptions& options) {
    framework::require<framework::UsageError>(options.classes >= 2 && options.classes <= most_shape_classes,
                                              options.classes, " classes; 2 to ", most_shape_classes,
                                              " shapes can be drawn");
    framework::require<framework::UsageError>(options.shape.channels == 1 || options.shape.channels == 3,
                                              "shapes are drawn in 1 or 3 channels, not ",
                                              options.shape.channels);
    return std::make_shared<Shapes>(options);
}

}  // namespace runtime::data

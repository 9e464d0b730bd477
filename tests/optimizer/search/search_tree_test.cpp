#include "optimizer/search/search_tree.h"

#include <doctest/doctest.h>

using namespace optimizer;

namespace {

Node node(double usable, double whole, double proved) {
    auto proof = std::make_shared<Proof>();
    proof->bound_s = proved;
    return {{whole, usable}, {}, std::move(proof)};
}

}  // namespace

TEST_CASE("search tree: the lowest bound is taken first, and closed nodes still count") {
    SearchTree tree;
    CHECK(tree.empty());
    for (const double usable : {5.0, 3.0, 4.0}) tree.push(node(usable, usable - 1, usable - 2));
    CHECK(tree.usable() == 3);
    const Node lowest = tree.pop();
    CHECK(lowest.bounds.usable == 3);
    CHECK(tree.usable() == 4);
    tree.close(lowest);
    CHECK(tree.usable() == 3);
    CHECK(tree.close_all() == 2);
    CHECK(tree.empty());
    CHECK(tree.shown() == 1);
    CHECK(tree.leaves().size() == 3);
}

TEST_CASE("search tree: a node without placements is a leaf, and lowers no bound") {
    SearchTree tree;
    tree.close_empty(node(0, 0, 0));
    tree.push(node(7, 7, 7));
    CHECK(tree.usable() == 7);
    CHECK(tree.close_all() == 7);
    CHECK(tree.shown() == 7);
    CHECK(tree.leaves().size() == 2);
}

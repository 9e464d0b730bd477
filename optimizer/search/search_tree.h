// The nodes of branch and price: the best bound first.
#pragma once

#include <algorithm>
#include <memory>
#include <queue>
#include <utility>
#include <vector>

#include "optimizer/model/bounds.h"

namespace optimizer {

struct Branch {
    Restriction restriction;
    double share = 0;  // of the storage that did what is allowed, before the branch
};

inline Branch opposite(const Branch& branch) {
    const auto& [stop, allowed] = branch.restriction;
    return {{stop, others(allowed)}, 1 - branch.share};
}

struct Node {
    Bounds bounds;
    std::vector<Branch> branches;
    std::shared_ptr<const Proof> proof;  // the best of this node and those above it
};

class SearchTree {
  public:
    void push(Node node) { open_.push(std::move(node)); }
    Node pop() {
        Node best = open_.top();
        open_.pop();
        return best;
    }
    // The node is not looked into further.
    void close(const Node& node) {
        close_empty(node);
        shown_ = std::min(shown_, node.proof->bound_s);
        closed_.whole = std::min(closed_.whole, node.bounds.whole);
        closed_.usable = std::min(closed_.usable, node.bounds.usable);
    }
    // The same for a node that holds no placement.
    void close_empty(const Node& node) { leaves_.emplace_back(node.branches, node.proof); }
    bool empty() const { return open_.empty(); }

    // The least bound of all nodes, open and closed: no placement in the usable room that is better than the
    // best known one is below it.
    double usable() const {
        return open_.empty() ? closed_.usable : std::min(closed_.usable, open_.top().bounds.usable);
    }
    double close_all() {  // returns what bounds them all in the whole room
        for (; !open_.empty(); open_.pop()) close(open_.top());
        return closed_.whole;
    }

    // After close_all(): the nodes, which together cover all placements, and the least bound that they prove.
    using Leaf = std::pair<std::vector<Branch>, std::shared_ptr<const Proof>>;
    const std::vector<Leaf>& leaves() const { return leaves_; }
    double shown() const { return shown_; }

  private:
    struct Worse {
        bool operator()(const Node& a, const Node& b) const { return a.bounds.usable > b.bounds.usable; }
    };
    std::priority_queue<Node, std::vector<Node>, Worse> open_;
    Bounds closed_{forbidden, forbidden};
    std::vector<Leaf> leaves_;
    double shown_ = forbidden;
};

}  // namespace optimizer

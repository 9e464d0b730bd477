// What the tests of ops share: types made of shapes, and the message an op answers a bad shape with.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "framework/base/error.h"
#include "framework/graph/op.h"

namespace support {

inline framework::Types types(std::initializer_list<framework::Shape> shapes) {
    framework::Types types;
    for (const framework::Shape& shape : shapes) types.push_back({shape});
    return types;
}

// The shapes of an op's results.
inline std::vector<framework::Shape> infer(const framework::Op& op,
                                           std::initializer_list<framework::Shape> operands) {
    std::vector<framework::Shape> shapes;
    for (const auto& result : framework::infer(op, types(operands), "op1"))
        shapes.push_back(result.type.shape);
    return shapes;
}

// What the ShapeError says that inference throws; empty if it throws none.
inline std::string refusal(const framework::Op& op, const framework::Types& operands) {
    try {
        framework::infer(op, operands, "op1");
    } catch (const framework::ShapeError& error) {
        return error.what();
    }
    return "";
}
inline std::string refusal(const framework::Op& op, std::initializer_list<framework::Shape> operands) {
    return refusal(op, types(operands));
}

}  // namespace support

// VGG-19 without batch norm (Simonyan and Zisserman 2014, table 1, E), as torchvision builds it.
#pragma once

#include "experiments/peer/layers.h"

namespace experiments::peer {

inline Chain vgg19(int classes) {
    struct Stage {
        int channels, convolutions;
    };
    Chain net;
    int in = 3;
    for (const auto& [channels, convolutions] :
         {Stage{64, 2}, Stage{128, 2}, Stage{256, 4}, Stage{512, 4}, Stage{512, 4}}) {
        for (int i = 0; i < convolutions; ++i) {
            net->push_back(nn::Conv2d(nn::Conv2dOptions(in, channels, 3).padding(1)));
            net->push_back(relu());
            in = channels;
        }
        net->push_back(max_pool(2, 2));
    }
    net->push_back(nn::AdaptiveAvgPool2d(7));
    net->push_back(nn::Flatten());
    for (const int inputs : {512 * 7 * 7, 4096}) {
        net->push_back(nn::Linear(inputs, 4096));
        net->push_back(relu());
        net->push_back(nn::Dropout());
    }
    net->push_back(nn::Linear(4096, classes));
    return net;
}

}  // namespace experiments::peer

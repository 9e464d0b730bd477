#include "runtime/memory/available_memory.h"
#include "runtime/memory/tiers/tiers.h"

namespace runtime::tiers {

const Kind emulated{.prefix = emulated_memory,
                    .example = "",
                    .open =
                        [](const std::string&, framework::Bytes bytes) {
                            return SlowMemory{emulated_memory, false, Block(bytes)};
                        },
                    .available = [](const std::string&) { return available_dram(); },
                    .identity = [](const std::string&) { return std::string(emulated_memory); },
                    .takes_dram = [](const std::string&) { return true; }};

}  // namespace runtime::tiers

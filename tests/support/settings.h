// Settings under which tests of whole networks run: the words in the environment variable
// AUTOTM_TEST_SETTINGS. Test setups in tests/meson.build set it, so that one suite runs under several
// settings.
#pragma once

namespace support {

struct Settings {
    bool little_dram =
        false;  // "little_dram": plans with moves, in a fifth of the DRAM, with emulated slow memory
    bool least_dram = false;  // "least_dram": everything in slow memory that may be there
    bool checked_moves =
        false;  // "checked_moves": every copy is checked, and bytes that a tensor has left become NaNs
    bool early_copies =
        false;  // "early_copies", "late_copies": copies in streams of their own, in that order
    bool late_copies = false;
};
const Settings& settings();  // throws UsageError for an unknown word

}  // namespace support

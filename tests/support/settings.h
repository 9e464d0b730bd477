// What tests of whole networks run under, beside their own: the environment variable AUTOTM_TEST_SETTINGS, a
// list of words. Test setups of tests/meson.build set it, so that one suite runs under several.
#pragma once

namespace support {

struct Settings {
    bool little_dram =
        false;  // "little_dram": plans with moves, in a fifth of the DRAM, next to emulated memory
    bool least_dram = false;  // "least_dram": all in slow memory that may be there
    bool checked_moves =
        false;  // "checked_moves": every copy is checked, and what a tensor leaves becomes NaNs
    bool early_copies =
        false;  // "early_copies", "late_copies": copies in streams of their own, in that order
    bool late_copies = false;
};
const Settings& settings();  // throws UsageError for a word that is none

}  // namespace support

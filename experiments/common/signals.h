// Signals that ask a program to end, and what they are answered with.
#pragma once

namespace experiments {

// From now on HUP, INT, PIPE, TERM, USR1 and XCPU only ask for an end, see stop_signal(), instead of ending
// the program. A second INT or TERM ends it at once; others may come as often as they like. What was ignored
// before, as HUP is by nohup, stays ignored.
void stop_on_signals();
void stop_on_lost_reader();  // the same for PIPE alone

// The first of these signals that came; 0: none.
int stop_signal();

// Whoever read what this program prints has gone: PIPE came. What is printed from now on is lost, which is no
// failure.
bool reader_is_gone();

// What a program returns that a signal has ended, as a shell counts.
constexpr int exit_code_of(int signal) {
    return 128 + signal;
}

// What every program returns, for its --help.
inline constexpr const char* exit_codes =
    "Exit codes: 0 done; 1 the request cannot be met; 2 the command line is wrong;\n"
    "128 + N ended by signal N: 129 HUP, 130 INT, 138 USR1, 141 PIPE, 143 TERM, 152 XCPU.";

}  // namespace experiments

// Signals that ask a program to end, and the exit codes of programs.
#pragma once

namespace experiments {

// From now on HUP, INT, PIPE, TERM, USR1 and XCPU do not end the program: stop_signal() returns the first of
// them. A second INT or TERM ends the program at once; the others may come any number of times. A signal that
// was ignored before, such as HUP under nohup, stays ignored.
void stop_on_signals();
void stop_on_lost_reader();  // the same for PIPE alone

// The first of these signals that came; 0: none.
int stop_signal();

// Whether the reader of this program's output has gone: PIPE came. What is printed from now on is lost, which
// is no failure.
bool reader_is_gone();

// The exit code of a program that a signal has ended, as a shell counts it.
constexpr int exit_code_of(int signal) {
    return 128 + signal;
}

// The exit codes of every program, for its --help.
inline constexpr const char* exit_codes =
    "Exit codes: 0 done; 1 the request cannot be met; 2 the command line is wrong;\n"
    "128 + N ended by signal N: 129 HUP, 130 INT, 138 USR1, 141 PIPE, 143 TERM, 152 XCPU.";

}  // namespace experiments

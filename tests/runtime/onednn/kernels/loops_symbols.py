"""Fails if a variant of the loops defines a symbol outside the namespaces of its own.

The linker keeps one copy of such a symbol for the whole program. If it keeps the copy of a wide variant, processors
without its instructions cannot run the program.
usage: loops_symbols.py NM [VARIANT LIBRARY]...
"""

import subprocess
import sys


def foreign_symbols(nm, variant, library):
    listed = subprocess.run([nm, "--demangle", "--defined-only", "--extern-only", library],
                            check=True, capture_output=True, text=True).stdout
    # "0000000000000000 W std::max(int, int)"; other lines are empty or name the object file
    symbols = [line.split(maxsplit=2)[2] for line in listed.splitlines() if len(line.split()) > 2]
    if f"runtime::{variant}::table" not in symbols:
        sys.exit(f"{library}: nm lists no runtime::{variant}::table")
    # The namespace may also be that of a template's argument: the symbol is then the variant's own, too. The last is
    # the address of the exception handler, which is data.
    allowed = (f"runtime::{variant}::", f"Eigen_{variant}::", "DW.ref.__gxx_personality_v0")
    return [symbol for symbol in symbols if not any(name in symbol for name in allowed)]


def main(nm, *pairs):
    failed = False
    for variant, library in zip(pairs[::2], pairs[1::2]):
        for symbol in foreign_symbols(nm, variant, library):
            print(f"{variant} defines {symbol}")
            failed = True
    sys.exit(failed)


main(*sys.argv[1:])

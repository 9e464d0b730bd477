"""Prints the totals of test runs as one line, `N passed, N failed`.

Reads the testlog.json that `meson test` writes, one or several, and `NAME:pass` or `NAME:fail` for a check made
elsewhere. A test program counts as many cases as doctest says it ran, any other test as one. Exits with 1
if anything failed or nothing ran.
"""
import json
import re
import sys

TOTALS = re.compile(r'\[doctest\] test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed')
OK = {'OK', 'EXPECTEDFAIL'}


def count(test):
    """Passed and failed cases of one entry of the log."""
    if test['result'] == 'SKIP':
        return 0, 0
    ok = test['result'] in OK
    found = TOTALS.findall(re.sub(r'\x1b\[[0-9;]*m', '', test.get('stdout', '')))
    passed, failed = (sum(int(row[column]) for row in found) for column in (1, 2))
    if not found:
        return (1, 0) if ok else (0, 1)
    # A crash, a timeout or a leak found at the exit fails a program whose cases all passed.
    return passed, failed if ok or failed else 1


def main(sources):
    passed = failed = 0
    for source in sources:
        name, _, verdict = source.rpartition(':')
        if verdict in ('pass', 'fail'):
            print(f'{name}: {verdict}')
            results = [(1, 0) if verdict == 'pass' else (0, 1)]
        else:
            try:
                with open(source, encoding='utf-8') as log:
                    tests = [json.loads(line) for line in log]
            except FileNotFoundError:
                tests = []
            for test in tests:
                if test['result'] == 'SKIP':
                    print(f'skipped: {test["name"]}')
            results = [count(test) for test in tests]
            if not results:
                print(f'no test ran ({source})')
                results = [(0, 1)]
        passed += sum(result[0] for result in results)
        failed += sum(result[1] for result in results)
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))

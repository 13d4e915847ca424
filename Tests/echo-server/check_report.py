"""Reads a conformance report: prints a line a class, and fails unless every case passed in strict behaviour.

check_report.py INDEX [LIST]: the cases of LIST must fail, and no others.
"""

import collections
import json
import sys

# INFORMATIONAL: cases that say how a server behaves where RFC 6455 leaves it open.
PASSED = {"OK", "INFORMATIONAL"}
# How many cases the classes 1-7, 9 and 10 hold, so that a run that broke off is no success.
EXPECTED = 301


def main(path: str, refused: str | None = None) -> int:
    expected = set()
    if refused:
        with open(refused, encoding="utf-8") as file:
            expected = {line.strip() for line in file if line.strip() and not line.startswith("#")}
    with open(path, encoding="utf-8") as file:
        (cases,) = json.load(file).values()
    classes = collections.defaultdict(collections.Counter)
    failures = []
    for name, case in cases.items():
        verdicts = {case["behavior"], case["behaviorClose"]}
        classes[int(name.split(".")[0])]["passed" if verdicts <= PASSED else "failed"] += 1
        if (verdicts <= PASSED) == (name in expected):
            failures.append(f"{name}: behaviour {case['behavior']}, close {case['behaviorClose']}")
    for number, counts in sorted(classes.items()):
        print(f"class {number:2}: {counts['passed']:3} passed, {counts['failed']} failed")
    print(f"{len(cases)} cases, {len(expected)} refused by design, {len(failures)} not as they should be")
    for failure in failures:
        print(failure)
    if len(cases) != EXPECTED:
        print(f"expected {EXPECTED} cases")
    return 0 if not failures and len(cases) == EXPECTED else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

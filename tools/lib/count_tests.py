#!/usr/bin/env python3
"""Sums up CTest's JUnit files: count_tests.py FILE… prints "P passed, F failed, S skipped".

CTest calls a test that could not be started "notrun" and lists it as skipped; here it has failed. Exit code 0 when
something ran and nothing failed, else 1. Standard library only.
"""

import sys
import xml.etree.ElementTree as ElementTree

SKIP_REASONS = ("SKIP_REGULAR_EXPRESSION_MATCHED", "SKIP_RETURN_CODE", "Disabled")


def outcome(case):
    status = case.get("status", "")
    if status == "run":
        return "passed"
    if status == "disabled":
        return "skipped"
    skipped = case.find("skipped")
    if skipped is not None and any(reason in skipped.get("message", "") for reason in SKIP_REASONS):
        return "skipped"
    return "failed"


def count(paths):
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for path in paths:
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            total[outcome(case)] += 1
    return total


def main():
    total = count(sys.argv[1:])
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**total))
    return 0 if total["passed"] and not total["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())

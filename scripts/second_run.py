"""Run the few tests that failed once more, one at a time, and name those that pass now.

A run of thirteen thousand tests on a shared machine lasts most of an hour, and one lost press of a
key in a browser would throw all of it away. So `.ci/run` asks here after a run that failed: at most
`MOST` tests are run again alone. One that fails again fails the run. One that passes is named
UNSTABLE, with its first failure above: it is a defect of the test or a race in the program, to be
found and not to be run until it passes.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

MOST: Final = 2
LAST_FAILED: Final = Path(".pytest_cache/v/cache/lastfailed")


def failed_tests(kept: Path) -> list[str]:
    """Return the ids of the tests that failed last, in order; none where no run was kept."""
    try:
        return sorted(json.loads(kept.read_text("utf-8")))
    except FileNotFoundError:
        return []


def refusal(tests: list[str]) -> str:
    """Return why these tests are not run again, or nothing."""
    if not tests:
        return "the run failed otherwise than by a test"
    if len(tests) > MOST:
        return f"{len(tests)} tests failed; at most {MOST} are run again"
    # a module that cannot be read has no `::`
    return "" if all("::" in one for one in tests) else "a module of tests could not be read"


def main() -> int:
    """Run them again; return 0 only if each of them passes."""
    tests = failed_tests(LAST_FAILED)
    if why := refusal(tests):
        print(f"second run: none: {why}")
        return 1
    for one in tests:
        print(f"second run: {one}", flush=True)
        # own marks are no reason to leave one out that was named
        command = [sys.executable, "-m", "pytest", "-m", "full or not full", one]
        if subprocess.run(command, check=False).returncode:
            return 1
    for one in tests:
        print(f"UNSTABLE: failed in the first run and passed alone: {one}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

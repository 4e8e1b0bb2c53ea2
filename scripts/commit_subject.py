"""Check the subject of a commit: `area: imperative change`, at most 72 characters.

`scripts/hooks/commit-msg` calls it for each commit once `make install-dev` has set the hook, and
tests/repository/test_commits.py for those that are there.
"""

import re
import sys
from pathlib import Path
from typing import Final

MOST: Final = 72
_FORM: Final = re.compile(r"[a-z][a-z0-9-]*(?:[ ,/][a-z0-9-]+)*: [a-z`\"].*[^.]")
_WORDS: Final = (
    "a all an and both each every how if in it its more no not now only our that the their "
    "them there these they this those what when where which who whoever why with you your"
)
_NO_VERB: Final = frozenset(_WORDS.split())
_MADE: Final = ("Merge ", "Revert ", "fixup! ")


def fault(subject: str) -> str:
    """Return what is wrong with a subject, or nothing."""
    if subject.startswith(_MADE):
        return ""
    if len(subject) > MOST:
        return f"has {len(subject)} characters, at most {MOST} are read in a list"
    if not _FORM.fullmatch(subject):
        return "is not `area: change`, without a full stop at its end"
    first = subject.partition(": ")[2].split()[0].rstrip(",:")
    participle = first.endswith(("ing", "ed")) and first not in {"bring", "feed", "need", "seed"}
    if first in _NO_VERB or participle:
        return f"says what is there: begin with a verb that says what to do, not {first!r}"
    return ""


if __name__ == "__main__":
    line = Path(sys.argv[1]).read_text("utf-8").splitlines()[0]
    if told := fault(line):
        sys.exit(f"the subject {told}: {line}")

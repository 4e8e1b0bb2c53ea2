"""`python -m comity.spec [--check] [ROOT]`: write the generated parts, or say which are old."""

import argparse
import subprocess
import sys
from pathlib import Path

from comity.spec.files import outdated, write, write_modules

HERE = Path(__file__).resolve().parents[3]


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if all is (now) as the code says, 1 if `--check` found something old."""
    parser = argparse.ArgumentParser(prog="python -m comity.spec", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("root", nargs="?", type=Path, default=HERE, help="the repository")
    given = parser.parse_args(arguments)
    if not given.check:
        if write_modules(given.root):  # the documents are made from these: import them anew
            again = [sys.executable, "-m", "comity.spec", str(given.root)]
            return subprocess.run(again, check=False).returncode  # noqa: S603 - ourselves
        write(given.root)
        return 0
    old = outdated(given.root)
    for path in old:
        sys.stderr.write(f"{path} is not what the code says: run `python -m comity.spec`\n")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())

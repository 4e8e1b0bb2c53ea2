"""Spoil the interpreter of the law line by line, and see whether a test notices.

``python -m scripts.mutants`` makes every small change that mutmut knows (a comparison turned, a
``not`` dropped, a constant changed) to the modules below, each alone, and runs their tests. A
change that no test notices survives. Tables of a module are not changed, only functions are.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
WORKPLACE: Final = REPOSITORY / "build" / "mutants"
ROOM: Final = "src/comity/instruments"
SPOILT: Final = (f"{ROOM}/conditions.py", f"{ROOM}/judge.py")
NEEDED: Final = ("src/comity/__init__.py", "src/comity/canonical", "src/comity/files",
                 "src/comity/keys", ROOM)  # fmt: skip
TESTS: Final = ("treaty.py", "test_conditions.py", "test_judge.py", "test_predicates.py")
LEAST_KILLED: Final = 0.95
SETTINGS: Final = f"""
[tool.mutmut]
source_paths = ["src"]
only_mutate = {json.dumps(SPOILT)}
also_copy = ["tests"]
pytest_add_cli_args_test_selection = ["tests/instruments"]

[tool.pytest.ini_options]
pythonpath = ["."]
consider_namespace_packages = true
addopts = ["--import-mode=importlib", "-p", "no:django", "-p", "no:randomly"]
"""


def lay_out(folder: Path) -> None:
    """Copy what the tests of the interpreter need, and nothing else, into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in NEEDED:
        source, target = REPOSITORY / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    tests = folder / "tests" / "instruments"
    tests.mkdir(parents=True)
    for name in TESTS:
        shutil.copyfile(REPOSITORY / "tests" / "instruments" / name, tests / name)
    shutil.copyfile(REPOSITORY / "tests" / "walks.py", folder / "tests" / "walks.py")
    shutil.copytree(REPOSITORY / "tests" / "instruments" / "data", tests / "data")
    (folder / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")


def mutmut(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run mutmut in the workplace."""
    return subprocess.run(
        [Path(sys.executable).parent / "mutmut", *arguments],
        cwd=WORKPLACE,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def main() -> int:
    """Print what survived and the share that did not; 1 where the share is too small."""
    lay_out(WORKPLACE)
    ran = mutmut("run")
    mutmut("export-cicd-stats")
    stats = WORKPLACE / "mutants" / "mutmut-cicd-stats.json"
    if not stats.is_file():
        print(ran.stdout[-2000:], ran.stderr[-2000:], file=sys.stderr)
        return 2
    counts = json.loads(stats.read_text(encoding="utf-8"))
    for line in mutmut("results").stdout.splitlines():
        name, _, state = line.strip().partition(": ")
        if state:
            print(f"{state}: {name}")
            shown = mutmut("show", name).stdout.splitlines()
            print(*(row for row in shown if row.startswith(("- ", "+ "))), sep="\n")
    killed = counts["killed"] + counts["timeout"]
    share = killed / counts["total"] if counts["total"] else 0
    print(f"{killed} of {counts['total']} noticed: {share:.1%}, at least {LEAST_KILLED:.0%} is due")
    return 0 if share >= LEAST_KILLED else 1


if __name__ == "__main__":
    sys.exit(main())

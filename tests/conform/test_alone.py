"""The kit stands by itself: it needs nothing of a node, no Django, and nothing but it needs it."""

import subprocess
import sys

from tests.repository.sources import REPOSITORY, SOURCE, imported, modules, name

FOREIGN = {"comity.node", "comity.demo", "comity.cli", "comity.hall"}
WITHOUT_DJANGO = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"django", "ninja", "granian", "whitenoise", "allauth"}:
            raise ImportError(f"{name} is not installed")

sys.meta_path.insert(0, Blocked())
import comity.conform
for one in pkgutil.walk_packages(comity.conform.__path__, "comity.conform."):
    importlib.import_module(one.name)
from comity.cli import main
sys.argv = ["comity", *sys.argv[1:]]
main()
"""


def test_the_kit_takes_nothing_from_a_node_and_gives_nothing_to_one() -> None:
    own = [
        f"{name(path)}:{line}: {module}"
        for path in modules("conform")
        for line, module in imported(path)
        if ".".join(module.split(".")[:2]) in FOREIGN
    ]
    assert own == []
    users = {
        path.relative_to(SOURCE).parts[0]
        for path in SOURCE.rglob("*.py")
        for _, module in imported(path)
        if module.startswith("comity.conform")
    }
    assert users == {"conform", "cli"}


def without_django(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_DJANGO, "conform", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_command_works_where_there_is_no_django() -> None:
    assert "--verifier" in without_django("--help").stdout
    folder = str(REPOSITORY / "vectors" / "bundle")
    only = ["--vectors", folder, "--only", "bundle.a leaf removed"]
    done = without_django("--verifier", "false {bundle} {trust}", *only)
    assert done.returncode == 0, done.stderr  # a damaged bundle, and `false` ends with 1
    assert "1 vector in " in done.stdout

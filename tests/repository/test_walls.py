"""Walls inside the node that import-linter cannot say; their lists only shrink (ADR 0096)."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.repository.sources import REPOSITORY, SOURCE, modules, tree

NODE = SOURCE / "node"
UPWARD = 20
"""Imports in pyproject.toml that run upwards. Lower it when one is cut; never raise it."""
EXTRAS = ("comity.papers", "comity.intake", "comity.forensics", "psycopg", "phonenumbers")
"""Optional extras, which a function imports when it needs them."""
LATE = {
    "compose/pages/new_request.py": 2,  # a local name of the form is the same
    "core/host_names.py": 1,  # read by the settings, before Django has any
    "docket/pages/rights_checks.py": 1,  # the item's page shows the rights check, and back
    "operations/selftest.py": 1,  # the rest runs where Django is not set up
    "operations/serve.py": 4,  # Django is set up in the function
    "operations/setup_wizard/office.py": 3,  # the node is made in the function
    "operations/setup_wizard/server.py": 7,  # the same
    "people/access/visible_cases.py": 1,  # what names a case is asked for who may see it, and back
    "web/kept_forms.py": 1,  # the page to sign in keeps the form, and back
    "web/render.py": 1,  # the page of appearance is rendered, and back
}
"""Imports in functions that are no extras, with their reason."""
ACROSS = {("accounts.pages.access.circle", "case_file.pages.access_overview")}
"""Pages that import a page of another package."""
PAGE_BELOW = [
    ("docket.item_page", "docket.pages.rights_checks"),  # an item's page shows the check
    ("operations.setup_wizard.officers", "accounts.pages.profile"),  # the first passkeys
]
"""What is no page of its own and imports one."""
NOTED = 22
"""Audit rows that pages and API calls write themselves, most of them of reading. Lower it only."""
_NAMES = set(re.findall(r"\w+", "site templatetags web"))


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(NODE).with_suffix("").parts)


def _is_face(name: str) -> bool:
    """Tell whether a module is a page or a part of the API."""
    parts = name.split(".")
    return "pages" in parts or re.fullmatch(r"api(_\w+)?", parts[-1]) is not None


FACES = [path for path in modules("node") if _is_face(_dotted(path))]


def _imported(path: Path) -> Iterator[str]:
    """Yield the modules of the node that one imports, as paths below it."""
    for one in ast.walk(tree(path)):
        if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("comity.node."):
            for alias in one.names:
                full = f"{one.module}.{alias.name}".removeprefix("comity.node.")
                whole = (NODE / full.replace(".", "/")).with_suffix(".py")
                yield full if whole.is_file() else full.rpartition(".")[0]


def test_the_list_of_imports_upwards_only_shrinks() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (walls,) = (one for one in contracts if one.get("containers") == ["comity.node"])
    assert len(walls["ignore_imports"]) == UPWARD


def test_pages_and_api_import_no_page_of_another_package() -> None:
    found = {
        (_dotted(path), other)
        for path in FACES
        for other in _imported(path)
        if _is_face(other)
        and other.split(".")[0] not in {_dotted(path).split(".")[0], "web"}
        and _dotted(path).split(".")[0] not in _NAMES
    }
    assert found == ACROSS


def test_what_is_no_page_imports_none() -> None:
    found = [
        (_dotted(path), other)
        for path in modules("node")
        if not _is_face(_dotted(path)) and path.relative_to(NODE).parts[0] not in _NAMES
        for other in _imported(path)
        if "pages" in other.split(".")
    ]
    assert found == PAGE_BELOW


def test_functions_import_optional_extras_only() -> None:
    found: dict[str, int] = {}
    for path in modules("node"):
        inside = {
            one.lineno
            for function in ast.walk(tree(path))
            if isinstance(function, ast.FunctionDef)
            for one in ast.walk(function)
            if (isinstance(one, ast.ImportFrom) and not (one.module or "").startswith(EXTRAS))
            or (isinstance(one, ast.Import) and not one.names[0].name.startswith(EXTRAS))
        }
        if inside:
            found[str(path.relative_to(NODE))] = len(inside)
    assert found == LATE


def test_pages_and_api_write_no_more_audit_rows_than_they_did() -> None:
    calls = [
        one
        for path in FACES
        for one in ast.walk(tree(path))
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "audit.note"
    ]
    assert len(calls) == NOTED


def test_pages_and_api_write_no_model() -> None:
    written = re.compile(
        r"\.objects\.(\w+\(.*\)\.)?(create|bulk_create|update|delete|get_or_create)\("
    )
    found = [_dotted(path) for path in FACES if written.search(path.read_text("utf-8"))]
    assert found == ["signin.pages.views"]  # the language of one's own pages


def test_no_module_lies_flat_in_the_node() -> None:
    assert [path.name for path in NODE.glob("*.py")] == ["__init__.py"]


def test_each_package_names_its_modules_in_reading_order() -> None:
    wrong = []
    for face in sorted(NODE.rglob("__init__.py")):
        folder = face.parent
        if folder == NODE or folder.name in {"migrations", "models", "templatetags"}:
            continue
        own = {one.stem for one in folder.glob("*.py")} - {"__init__"}
        own |= {one.parent.name for one in folder.glob("*/__init__.py")}
        told = re.findall(r"`(\w+)`", ast.get_docstring(tree(face)) or "")
        if own - set(told) or set(told) - own:
            wrong.append((str(folder.relative_to(NODE)), sorted(own ^ set(told))))
    assert wrong == []


DETAIL_READERS = {
    "log/audit_anchors.py",  # an anchor covers every column
    "operations/export_register.py",  # the export holds the audit as it is
    "people/access/audit_queries.py",  # so does the list for an auditor
    "web/audit_labels.py",  # and the page, in words
    "templatetags/finds.py",  # another thing's detail: an item that a search found
    "watch/alert_rows.py",  # that of an alert
}
"""Modules that read a member called ``detail`` of a row."""


def test_the_audit_is_a_record_and_no_way_to_tell_another_part_of_the_program() -> None:
    """What is due, told or explained has rows of its own: nobody parses an audit's detail."""
    found = set()
    for path in modules("node"):
        text = path.read_text("utf-8")
        if "migrations" in path.parts or "AuditRow" not in text:
            continue
        asked = re.search(r"AuditRow\.objects[^\n]*\n?[^\n]*[\"( ]detail\b", text)
        if asked or re.search(r"\b(row|one)\.detail\b", text):
            found.add(path.relative_to(NODE).as_posix())
    assert found <= DETAIL_READERS


_OF_TRAINING = r"((cli/)?training|drills|hall|demo|node/(exercise|site))/"
_THEIR_FACES = (
    r"(course|cohort|certificate|drill|exercise|scenario|short_test|after_action|training)"
)


def test_nothing_but_training_and_its_faces_imports_training_or_exercises() -> None:
    """An office that trains nobody runs none of it: what imports it says so in its own name."""
    wrong = []
    for path in SOURCE.rglob("*.py"):
        place = path.relative_to(SOURCE).as_posix()
        if re.match(_OF_TRAINING, place) or re.search(_THEIR_FACES, path.name):
            continue
        if re.search(r"from comity\.(training|drills|node\.exercise)\b", path.read_text("utf-8")):
            wrong.append(place)
    assert wrong == []

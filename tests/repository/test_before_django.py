"""What commands load before Django is set up does not need it: a backup is of a node at rest."""

import ast
import os
import subprocess
import sys

from tests.repository.sources import SOURCE, modules, tree

NEED_DJANGO = [
    "court.bundle",
    "docket.verify",
    "evidence.storage.verify_packages",
    "exercise.exercises",
    "exercise.quiz_store",
    "exercise.scenario_library",
    "exercise.team_events",
    "federation.delivery",
    "federation.issue_receipt",
    "federation.offline.export_archive",
    "federation.offline.import_archive",
    "log.audit_check",
    "mail.import_register",
    "mail.import_rows",
    "mail.letters",
    "messages.draft_changes",
    "models",
    "operations.export_all",
    "operations.export_register",
    "operations.guard_renewal",
    "operations.move_log",
    "people.access.staff",
    "people.access.yearly_review",
    "people.accounts",
    "people.signin.factors",
    "people.signin.failures",
    "people.signin.passwords",
    "people.signin.sessions",
    "search.reindex",
    "service.handle",
    "signin.addresses",
]
"""Modules of the node that commands load once a node is opened; add one only where that is so."""
_TRY = """
import os, sys
for name in sys.argv[1:]:
    child = os.fork()
    if not child:
        os.close(2)
        try:
            __import__(name)
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(name)
"""


def named() -> set[str]:
    """Return the modules of the node that commands import, wherever they do."""
    found = set()
    for path in modules("cli", "demo", "echo", "hall"):
        for one in ast.walk(tree(path)):
            if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("comity.node"):
                for alias in one.names:
                    full = f"{one.module}.{alias.name}"
                    file = SOURCE.parent / f"{full.replace('.', '/')}.py"
                    found.add(full if file.is_file() else str(one.module))
    return found


def test_commands_load_no_model_before_a_node_is_opened() -> None:
    clean = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", _TRY, *sorted(named())]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {f"comity.node.{name}" for name in NEED_DJANGO}

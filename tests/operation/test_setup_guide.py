"""The printed guide of the set-up: how much it asks of a person, and that root can follow it."""

import re
from types import SimpleNamespace
from typing import Any, Final, cast

import pytest
from django.utils import translation
from tests.conftest import REPOSITORY
from tests.desk.by_pages import steps

from comity.node.operations.setup_wizard.build_node import entry_commands
from comity.node.operations.setup_wizard.forms import OfficeForm, PersonForm
from comity.node.web.labels import ROLE

GUIDES: Final = REPOSITORY / "docs" / "how-to"
GUIDE: Final = (GUIDES / "set-up-a-node.md").read_text("utf-8")
MOST_ACTIONS: Final = 60
LOOKS: Final = frozenset({"see", "wait", "see_after_reload", "hear"})
"""Sentences in which nothing is done."""
LAST: Final = "Press **End set-up**."


def test_the_guide_prints_at_most_sixty_actions_from_the_command_to_the_end() -> None:
    node = cast("Any", SimpleNamespace(party="vn/contact-point", tls=False, port=8700, mode="live"))
    printed = GUIDE[: GUIDE.index(LAST) + len(LAST)]
    typed = [
        line for block in re.findall(r"```sh\n(.*?)```", printed, re.DOTALL)
        for line in block.splitlines()
    ]  # fmt: skip
    assert len(typed) == 1
    does = [step.does for step in steps(printed) if step.does not in LOOKS]
    shown = does.count("run_shown") * (len(entry_commands(node, {})) - 1)
    assert len(typed) + len(does) + shown <= MOST_ACTIONS


@pytest.mark.parametrize(
    "guide", sorted(p for p in GUIDES.glob("*.md") if "sudo" in p.read_text("utf-8")), ids=str
)
def test_a_guide_that_prints_sudo_says_what_root_types_where_there_is_none(guide: Any) -> None:
    text = guide.read_text("utf-8")
    assert "(run-a-node.md#without-sudo)" in text or "## Without sudo" in text
    assert "$USER" not in text  # root has no such variable in every shell


@pytest.mark.parametrize(
    ("held", "proposed"),
    [
        (set(), "operator"),
        ({"operator"}, "case"),
        ({"operator", "approver"}, "case"),
        ({"operator", "case"}, "approver"),
        ({"operator", "case", "approver"}, None),
    ],
)
def test_the_page_proposes_the_role_that_the_office_lacks(
    held: set[str], proposed: str | None
) -> None:
    assert PersonForm(roles=ROLE, held=held)["role"].initial == proposed


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_the_language_of_the_page_is_ticked_first(language: str) -> None:
    with translation.override(language):
        assert OfficeForm()["languages"].value() == [language]
        kept = OfficeForm(initial={"languages": ["vi"]})
        assert kept["languages"].value() == ["vi"]

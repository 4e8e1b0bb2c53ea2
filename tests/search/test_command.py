"""How `comity search` reads what is typed after it."""

import pytest
from click.testing import CliRunner

from comity.cli.requests.case import search


@pytest.mark.parametrize(
    "typed", [["nguyen", "duc"], ["find", "x"], ["--kind", "mail", "x"], ["王芳", "--json"]]
)
def test_words_need_no_command_before_them_but_a_node_and_a_token(typed: list[str]) -> None:
    done = CliRunner().invoke(search, typed, env={"COMITY_NODE": "", "COMITY_TOKEN_FILE": ""})
    assert done.exit_code == 2
    assert "Missing option" in done.output
    assert "No such command" not in done.output


@pytest.mark.parametrize("typed", [["x", "--kind", "drawing"], ["x", "--nothing"], ["rebuild"]])
def test_what_is_no_search_is_misuse(typed: list[str]) -> None:
    assert CliRunner().invoke(search, typed).exit_code == 2


def test_help_gives_examples() -> None:
    told = CliRunner().invoke(search, ["--help"]).output
    assert "nguyen duc" in told
    assert "rebuild" in told

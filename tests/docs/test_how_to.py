"""Guides whose every line is typed: each begins in an office that stands already."""

import re
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, needs
from tests.docs.tutorials import Step, on_free_ports, pattern, play, steps

GUIDE = REPOSITORY / "docs" / "how-to" / "work-with-a-state-without-a-system.md"
OFFICE = r"""
comity directory state-keys -o state --state vn --mode exercise
cp state/trust.json trust.json
comity officer keygen --ca -o ca.json
comity init node --party vn/central-authority --mode exercise --trust trust.json \
  --officer-ca ca.json.pub --port 8701
comity directory entry new state --keys node/public-keys.json --by-document --language vi --yes
comity directory export state directory.json
comity directory import node/directory directory.json
echo "a long invented phrase" > password.txt
person() { # NAME ROLE-AT-THE-NODE ROLE-IN-THE-CERTIFICATE
  comity officer keygen -o $1.json
  comity officer certify $1.json.pub --ca ca.json --party vn/central-authority \
    --mode exercise --officer officer-$1 --role $3 --keys node/public-keys.json -o $1.cert
  comity user add node $1 --role $2 --officer officer-$1 --certificate $1.cert \
    --password-file password.txt
  comity user token node $1 > $1.token
}
person linh case author
person minh approver approver
comity run node > log.txt 2>&1 &
trap 'kill $(jobs -p)' EXIT
export COMITY_NODE=http://127.0.0.1:8701 COMITY_TOKEN_FILE=linh.token
until comity case list 2> /dev/null; do sleep 0.5; done
"""


@pytest.mark.long
@pytest.mark.parametrize("guide", [GUIDE], ids=lambda path: path.stem)
def test_every_line_of_a_guide_works_and_answers_what_it_says(guide: Path, tmp_path: Path) -> None:
    needs("age")
    text = guide.read_text(encoding="utf-8")
    prelude = Step(OFFICE, "")
    ported = on_free_ports(OFFICE + "\n=====\n" + text, ("8701",))
    office, _, text = ported.partition("\n=====\n")
    found = steps(text)
    folder = tmp_path / "work"
    folder.mkdir()
    answers = play([Step(office, prelude.answer), *found], folder, timeout_s=280)[1:]
    for step, answer in zip(found, answers, strict=True):
        if step.answer:
            assert pattern(step.answer).fullmatch(answer), f"{step.typed}\nanswered:\n{answer}"
    said = "\n".join(answers)
    assert "PROVED: this letter is" in (folder / "verdict.txt").read_text("utf-8")
    assert "missing grounds" in said
    assert (folder / "letter.pdf").read_bytes().startswith(b"%PDF")


PROGRAMS = GUIDE.with_name("programs.md")
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UNHEARD = "comity webhook test 1"
"""The one command that cannot succeed here: no receiver stands at the host of the guide."""


@pytest.mark.full
def test_every_command_of_the_guide_for_programs_works_in_the_printed_order(tmp_path: Path) -> None:
    needs("curl")
    text = PROGRAMS.read_text(encoding="utf-8")
    (config,) = TOML.findall(text)
    set_up, started, run = OFFICE.replace("8701", "8700").partition("comity run node")
    hosts = "sed -i '/^hook_/d' node/node.toml\n"
    hosts += f"cat >> node/node.toml <<'END'\n{config}END\ncp linh.token own.token\n"
    typed = text.replace(UNHEARD, f"{UNHEARD} || test $? = 1")
    assert typed != text
    ported = on_free_ports(f"{set_up}{hosts}{started}{run}\n=====\n{typed}", ("8700",))
    office, _, guide = ported.partition("\n=====\n")
    (made, curl, hooks, revoked) = (step.typed for step in steps(guide))
    token = '-o /dev/null -w "%{http_code}" -H "Authorization: Bearer $(cat nightly.token)"'
    gone = f'curl --silent {token} "$COMITY_NODE/api/v1/health"'
    typed_in = (office, made, curl, curl, hooks, gone, revoked, gone)
    folder = tmp_path / "work"
    folder.mkdir()
    answers = play([Step(one, "") for one in typed_in], folder, timeout_s=120)[1:]
    assert "nightly" in answers[0]
    first, again = answers[1], answers[2]
    assert " 201 " in first.splitlines()[0]
    assert "idempotency-replayed: true" not in first.lower()
    assert "idempotency-replayed: true" in again.lower()
    assert first.splitlines()[-1] == again.splitlines()[-1]
    assert "hook.test" in answers[3]
    assert (answers[4], answers[6]) == ("200", "401")

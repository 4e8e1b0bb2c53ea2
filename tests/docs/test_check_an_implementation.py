"""The guide to the conformance kit, typed as printed, against a node of ours."""

import json
import re
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, needs
from tests.docs.tutorials import Step, on_free_ports, play

GUIDE = REPOSITORY / "docs" / "how-to" / "check-an-implementation.md"
VECTORS = REPOSITORY / "vectors" / "bundle"
BLOCK = re.compile(r"^( *)```(sh|json|text)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PORTS = ("8700", "8799")
EVERY = 24
"""How many vectors of bundles there are to each that is played; tests/conform plays all."""
OFFICE = r"""
comity directory state-keys -o state --state vn --mode exercise
comity officer keygen --ca -o ca.json
comity init NODE --party vn/central-authority --mode exercise --trust state/trust.json \
  --officer-ca ca.json.pub --port 8700
comity directory entry new state --keys NODE/public-keys.json --url http://127.0.0.1:8700 --yes
comity directory export state directory.json
comity directory import NODE/directory directory.json
echo "a long invented phrase" > password.txt
person() { # NAME ROLE-AT-THE-NODE ROLE-IN-THE-CERTIFICATE
  comity officer keygen -o $1.json
  comity officer certify $1.json.pub --ca ca.json --party vn/central-authority \
    --mode exercise --officer officer-$1 --role $3 --keys NODE/public-keys.json -o $1.cert
  comity user add NODE $1 --role $2 --officer officer-$1 --certificate $1.cert \
    --password-file password.txt
  comity user token NODE $1 > $1.token
}
person author case author
person approver approver approver
"""
NODE = r"""
sed -i '/^partner_messages_per_minute/d' NODE/node.toml
echo 'partner_messages_per_minute = 0' >> NODE/node.toml
comity run NODE > log.txt 2>&1 &
trap 'kill $(jobs -p)' EXIT
until curl --silent --output /dev/null http://127.0.0.1:8700/up; do sleep 0.2; done
"""
"""What the third step of the preparation asks for, in words."""


PREPARED = 2
"""So many blocks of commands stand before that step."""
FILES = {"json": "operator.json", "text": "my-node.xfail"}
"""Names under which the guide keeps what it shows; of two JSON files the first is ours."""


def typed(text: str) -> list[Step]:
    """Return what is typed: the office, then the guide's blocks; what it shows is written."""
    found, names, commands = [Step(OFFICE, "")], dict(FILES), 0
    for indent, kind, content in BLOCK.findall(text):
        shown = re.sub(rf"^{indent}", "", content, flags=re.MULTILINE)
        if kind == "sh":
            if commands == PREPARED:
                found.append(Step(NODE, ""))
            commands += 1
            found.append(Step(shown, ""))
        elif name := names.pop(kind, ""):
            found.append(Step(f"cat > {name} <<'END'\n{shown}END\n", ""))
    return found


def few_vectors(folder: Path) -> int:
    """Write some of the vectors of bundles where the kit looks for them; return how many."""
    folder.mkdir(parents=True)
    told = json.loads((VECTORS / "vectors.json").read_text("utf-8"))
    some = told["vectors"][::EVERY]
    (folder / "vectors.json").write_text(json.dumps({**told, "vectors": some}), "utf-8")
    for name in {vector["base"] for vector in some}:
        (folder / f"{name}.json").write_bytes((VECTORS / f"{name}.json").read_bytes())
    return len(some)


@pytest.mark.full
def test_every_command_of_the_guide_works_in_the_printed_order(tmp_path: Path) -> None:
    needs("curl")
    text = GUIDE.read_text("utf-8")
    listed = "--xfail my-node.xfail"
    ours = text.replace(f"{listed}\n", f"{listed} || test $? = 1\n")  # our node keeps that one
    assert ours.count("|| test") == 1
    ported = on_free_ports(f"{OFFICE}\n=====\n{NODE}\n=====\n{ours}", PORTS)
    office, node, guide = ported.split("\n=====\n")
    steps = [
        Step({OFFICE: office, NODE: node}.get(step.typed, step.typed), "") for step in typed(guide)
    ]
    folder = tmp_path / "work"
    count = few_vectors(folder / "vectors" / "bundle")
    answers = dict(zip((s.typed for s in steps), play(steps, folder, timeout_s=280), strict=True))
    said = [answer for command, answer in answers.items() if "comity conform" in command]
    keys, run, chosen, served, xfail, verified = said
    assert "zz/conformance" in keys
    assert re.search(r"\n\d+ probes in \d+ s: \d+ pass, \d+ not tried\n", run), run
    assert re.search(r": INCOMPLETE: \d+ probes of \d+ not tried, [^\n]*\n$", run), run
    assert (folder / "report.html").is_file()
    assert (folder / "report.xml").is_file()
    assert "values.fraction  MUST  3  " in chosen
    assert re.search(r"\n\d+ probes in \d+ s: \d+ pass, 1 not tried\n", served), served
    assert "unexpected pass  log.consistency-parameter-order" in xfail
    assert re.search(rf": {count} vectors, all tried: it conforms to each\n$", verified), verified

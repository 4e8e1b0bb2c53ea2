"""The guide to training is typed line by line, beside the files that an office has."""

import re
import shutil
import textwrap
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY
from tests.docs.tutorials import Step, pattern, play, steps
from tests.training.test_commands import office

GUIDE = REPOSITORY / "docs" / "how-to" / "train-people.md"
COURSES = REPOSITORY / "src" / "comity" / "training" / "courses"
AT_A_NODE = (
    "Take people whom another State nominates",  # tests/nodes/test_assistance.py
    "Make the key for certificates, once",  # tests/docs/test_rekeying.py
)
NUMBER = "01936d5e-0000-7000-8000-000000000001"
GIVEN = r"""$(comity certificate show spring-certificates/certificate-0001.json --json \
  | grep -o '[0-9a-f]\{8\}-[0-9a-f-]\{27\}' | head -n 1)"""
PEOPLE = "person,name,function,language\n7,Ann,contact-point-officer,fr\n8,Bo,{0},vi\n9,Cy,{0},\n"
FILES = {
    "people.csv": PEOPLE.format("contact-point-officer"),
    "passed.csv": PEOPLE.format("contact-point-officer"),
    "users.csv": "userName,displayName,title,preferredLanguage,active\n"
    "ann@mps.example,Ann,Head of section,fr-FR,true\n",
    "results.csv": "person,answered_at,percent\n"
    "7,2026-02-01,90\n8,2026-02-01,85\n9,2026-02-01,40\n",
}


def blocks() -> list[Step]:
    """Return what the guide has to type, but what needs a node; indented blocks too."""
    text = GUIDE.read_text(encoding="utf-8")
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    kept = [part for part in parts if not part.startswith(tuple(f"## {one}" for one in AT_A_NODE))]
    assert len(parts) - len(kept) == len(AT_A_NODE)
    flat = "".join(textwrap.dedent(f"{line}\n") for line in "".join(kept).splitlines())
    return steps(flat.replace(NUMBER, GIVEN))


@pytest.mark.long
def test_every_line_of_the_guide_to_training_works(tmp_path: Path) -> None:
    folder = office(tmp_path / "work")
    (folder / "key.json").rename(folder / "credential.json")
    (folder / "records.json").rename(folder / "vn-records.json")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copytree(COURSES / "examiner", folder / "my-course")
    rehearsed = "comity drill rehearse first-night --players good --json > report.json"
    found = blocks()
    assert len(found) >= 14
    answers = play([Step(rehearsed, ""), *found], folder, timeout_s=280)[1:]
    for step, answer in zip(found, answers, strict=True):
        if step.answer:
            assert pattern(step.answer).fullmatch(answer), f"{step.typed}\nanswered:\n{answer}"
    assert len(list((folder / "spring-certificates").iterdir())) == 2
    assert len(list((folder / "certificates").iterdir())) == 3
    assert (folder / "trained.csv").read_text().startswith("function,trained")

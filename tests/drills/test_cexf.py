"""The Common Exercise Format: what comes in can be read and played, and the rest is said."""

import base64
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from comity.cli import main
from comity.drills import lint, read_scenario, rehearse
from comity.drills.cexf import to_cexf
from comity.drills.cexf_in import from_cexf
from comity.drills.errors import DrillCexfError
from comity.drills.telling import _BEGIN
from comity.files.drills import read_shipped, shipped_names
from comity.files.instruments import library

MAIL = "From: soc@harbour.example\n\nSomebody reads our mail. Please look at 192.0.2.7.\n"
ONE, TWO, THREE = (str(uuid.UUID(int=n, version=4)) for n in (1, 2, 3))
PAY_ONE, PAY_TWO, PAY_THREE = (str(uuid.UUID(int=n, version=4)) for n in (11, 12, 13))


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def example() -> dict[str, Any]:
    """An exercise as its format description says, of our own making."""
    return {
        "exercise": {
            "description": "A mailbox is read by somebody else.",
            "expanded": "The harbour's office finds strange rules in a mailbox.",
            "meta": {"author": "Us", "level": "beginner"},
            "name": "Strange rules",
            "namespace": "mail",
            "tags": ['state:production="yes"'],
            "total_duration": "5400",
            "uuid": str(uuid.UUID(int=9, version=4)),
            "version": "3",
        },
        "inject_flow": [
            {
                "description": "The first mail.",
                "inject_uuid": ONE,
                "reporting_callback": [],
                "requirements": {},
                "sequence": {
                    "completion_trigger": ["completion"],
                    "followed_by": [TWO],
                    "trigger": ["startex"],
                },
                "timing": {"triggered_at": None},
            },
            {
                "description": "Traffic, once the address was named.",
                "inject_uuid": TWO,
                "requirements": {"inject_uuid": ONE, "resolution_requirement": "Name the address"},
                "sequence": {},
                "timing": {"triggered_at": None},
            },
            {
                "description": "A rule, after a while.",
                "inject_uuid": THREE,
                "timing": {"triggered_at": 1530},
            },
        ],
        "inject_payloads": [
            {
                "name": "mail",
                "parameters": {
                    "content": coded(MAIL),
                    "content-type": "base64",
                    "filename": "mail.eml",
                },
                "type": "file",
                "uuid": PAY_ONE,
            },
            {
                "name": "traffic",
                "parameters": {"destination": "mail_server", "port": "25", "source": "192.0.2.7"},
                "type": "tcp_connection",
                "uuid": PAY_TWO,
            },
            {
                "name": "rule",
                "parameters": {
                    "content": coded("rule x { condition: true }\n"),
                    "content-type": "base64",
                    "filename": "x.yar",
                },
                "type": "file",
                "uuid": PAY_THREE,
            },
        ],
        "injects": [
            {
                "action": "email_to_participants",
                "action_payload_resource_uuid": PAY_ONE,
                "inject_evaluation": [
                    {
                        "parameters": [
                            {"Event.info": {"comparison": "contains", "values": ["192.0.2.7"]}}
                        ],
                        "result": "Name the address",
                        "score_range": [0, 20],
                    },
                    {
                        "parameters": {"OR": []},
                        "result": "Tags",
                        "score_range": [0, 10],
                    },
                ],
                "name": "A mail from the operations centre",
                "target_tool": "MISP",
                "uuid": ONE,
            },
            {
                "action": "network_connection",
                "action_payload_resource_uuid": PAY_TWO,
                "inject_evaluation": [],
                "name": "Strange traffic",
                "target_tool": "Suricata",
                "uuid": TWO,
            },
            {
                "action": "email_to_participants",
                "action_payload_resource_uuid": PAY_THREE,
                "inject_evaluation": [],
                "name": "A rule to find it",
                "uuid": THREE,
            },
        ],
    }


def brought(value: Any) -> tuple[dict[str, bytes], list[str]]:
    return from_cexf(json.dumps(value).encode(), "brought")


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"{}", b'"x"', b"\xff\xfe", b"[" * 10_000, b" " * (9 * 1024 * 1024)],
)
def test_what_is_no_exercise_is_refused(data: bytes) -> None:
    with pytest.raises(DrillCexfError):
        from_cexf(data, "brought")


@pytest.mark.parametrize("part", ["exercise", "inject_flow", "inject_payloads", "injects"])
@pytest.mark.parametrize("wrong", [None, 1, "x"])
def test_each_of_the_four_parts_is_needed(part: str, wrong: Any) -> None:
    with pytest.raises(DrillCexfError, match=part):
        brought({**example(), part: wrong})


def test_an_exercise_of_nothing_or_too_much_is_refused() -> None:
    many: list[Any] = example()["injects"] * 100
    for injects in (many[:0], many):
        with pytest.raises(DrillCexfError, match="injects"):
            brought({**example(), "injects": injects})


# ------------------------------------------------------------------ what comes in


def test_what_comes_in_is_sound_in_english_and_plays() -> None:
    files, rest = brought(example())
    assert lint("brought", files, library(), languages=["en"]) == []
    scenario = read_scenario("brought", files)
    plan, texts = scenario.plan, scenario.texts["en"]
    assert plan.minutes == 90
    assert texts["title"] == "Strange rules"
    first, second, third = plan.injects.values()
    assert (first.kind, first.minute) == ("e-mail", 0)
    assert texts[f"injects.{first.key}.text"] == MAIL
    assert (second.kind, plan.triggers[second.trigger].did.kind) == ("note", "answered")
    assert "source: 192.0.2.7" in texts[f"injects.{second.key}.text"]
    assert (third.minute, scenario.files[plan.exhibits[third.exhibit].files[0]]) == (
        25,
        b"rule x { condition: true }\n",
    )
    (task,) = plan.tasks.values()
    assert (task.answers, task.points, task.opens) == (("192.0.2.7",), 20, first.key)
    assert rehearse(scenario, skill="good", at=_BEGIN).events
    assert len(rest) == len(set(rest))


@pytest.mark.parametrize(
    "line",
    [
        "exercise meta: has no place here",
        "exercise tags: has no place here",
        "exercise version: has no place here",
        "inject 1: target_tool 'MISP': no tool is asked here",
        "inject 1 evaluation 2: is nothing that one answer shows; left out",
        "inject 2: action 'network_connection' became a note; nothing is done",
        "inject 2: its payload became words; nothing is connected or fetched",
        "inject 3: its file became the exhibit a-rule-to-find-it.txt",
        "flow 1: completion_trigger: an inject ends by nothing here",
        "flow 3: 1530 seconds became minute 25",
    ],
)
def test_what_has_no_place_is_said_line_by_line(line: str) -> None:
    assert line in brought(example())[1]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda v: v.update(more=1), "'more': no part of the format"),
        (
            lambda v: v["exercise"].update(total_duration="9"),
            "exercise: total_duration '9' became 10",
        ),
        (lambda v: v["exercise"].update(total_duration="soon"), "became 60 minutes"),
        (lambda v: v["exercise"].update(name="<script>"), "exercise name: holds markup"),
        (lambda v: v["injects"][0].update(uuid=TWO), "its uuid is there already; left out"),
        (lambda v: v["injects"].append({"name": "x"}), "has no uuid; left out"),
        (lambda v: v["injects"][0].update(danger=1), "member 'danger' has no place here"),
        (lambda v: v["inject_payloads"][0]["parameters"].update(content="!!"), "no text in UTF-8"),
        (
            lambda v: v["inject_payloads"][0]["parameters"].update(
                content=coded("<script>alert(1)</script>")
            ),
            "its file cannot be shown",
        ),
        (lambda v: v["inject_payloads"].clear(), "has no payload that is here"),
        (lambda v: v["inject_flow"].clear(), "no flow brings it"),
        (lambda v: v["inject_flow"].append({"inject_uuid": "no-such"}), "names no inject"),
        (
            lambda v: v["inject_flow"][0].update(
                requirements={"inject_uuid": TWO, "resolution_requirement": "x"}
            ),
            "waits for itself; it comes at the beginning",
        ),
        (lambda v: v["inject_flow"][0].update(reporting_callback=["x"]), "nothing is called"),
        (lambda v: v["inject_flow"].insert(0, "x"), "names no inject"),
    ],
)
def test_whatever_stands_in_it_what_is_made_is_sound_and_the_rest_said(
    change: Any, line: str
) -> None:
    value = example()
    change(value)
    files, rest = brought(value)
    assert lint("brought", files, library(), languages=["en"]) == []
    assert any(line in one for one in rest), rest


# ------------------------------------------------------------------ what goes out


@pytest.mark.parametrize("name", shipped_names())
def test_what_goes_out_has_the_form_of_the_format_and_refers_to_itself(name: str) -> None:
    value, rest = to_cexf(read_scenario(name, read_shipped(name)), "fr")
    assert set(value) == {"exercise", "inject_flow", "inject_payloads", "injects"}
    payloads = {one["uuid"]: one for one in value["inject_payloads"]}
    injects = {one["uuid"]: one for one in value["injects"]}
    every = [*payloads, *injects, value["exercise"]["uuid"]]
    assert len(set(every)) == len(every)
    assert {uuid.UUID(one).version for one in every} == {4}
    for one in value["injects"]:
        data = base64.b64decode(
            payloads[one["action_payload_resource_uuid"]]["parameters"]["content"]
        )
        assert data.decode()
    for step in value["inject_flow"]:
        assert step["inject_uuid"] in injects
        assert set(step["sequence"]["followed_by"]) <= set(injects)
    assert value["exercise"]["total_duration"].isdigit()
    assert rest


def test_the_rest_names_everything_that_stays_behind() -> None:
    scenario = read_scenario("first-night", read_shipped("first-night"))
    rest = "\n".join(to_cexf(scenario, "en")[1])
    for kind, things in (
        ("party", scenario.plan.parties),
        ("thread", scenario.plan.threads),
        ("hint", scenario.plan.hints),
        ("score", scenario.plan.scores),
        ("good", scenario.plan.good),
        ("debrief", scenario.plan.debrief),
        ("trigger", scenario.plan.triggers),
    ):
        assert [key for key in things if f"{kind} {key}:" not in rest] == []
    assert "exhibit stick: larger than" in rest
    assert "left here: ar, es, fr, ru, vi, zh-hans" in rest
    assert f"left here: {len(scenario.plan.test)} questions" in rest


def test_out_and_in_again_keeps_times_texts_and_questions() -> None:
    scenario = read_scenario("first-night", read_shipped("first-night"))
    files, _rest = from_cexf(json.dumps(to_cexf(scenario, "en")[0]).encode(), "back")
    back = read_scenario("back", files)
    minutes = [one.minute for one in scenario.plan.injects.values() if one.minute is not None]
    assert [m for m in minutes if m] == [
        m for m in (i.minute for i in back.plan.injects.values()) if m
    ]
    assert len(back.plan.injects) == len(scenario.plan.injects)
    assert sum(one.points for one in back.plan.tasks.values()) == sum(
        one.points for one in scenario.plan.tasks.values()
    )


def test_the_commands_name_the_rest(tmp_path: Path) -> None:
    run, out = CliRunner().invoke, tmp_path / "night.json"
    done = run(main, ["drill", "export", "first-night", "--cexf", str(out), "--lang", "vi"])
    assert done.exit_code == 0, done.output
    assert "not in the Common Exercise Format" in done.output
    done = run(main, ["drill", "import", str(out), "--as", "night", "-o", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rest"]
    assert run(main, ["drill", "lint", str(tmp_path / "night"), "--lang", "en"]).exit_code == 0

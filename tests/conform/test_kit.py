"""The kit itself: its probes, lists and reports, without a node."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.repository.sources import REPOSITORY, SOURCE

from comity.canonical import MisuseError
from comity.conform.folder import PARTIES, PeerFolder
from comity.conform.model import FAMILIES, BrokenError, Probe, Result, SkippedError
from comity.conform.report import junit, line, page, summary, value
from comity.conform.run import all_probes, read_xfail, run, run_probe, select_probes
from comity.conform.tally import Report, counts, failed
from comity.spec.claims import requirements

SPEC = "\n".join(path.read_text("utf-8") for path in sorted((REPOSITORY / "spec").glob("*.md")))
AT = datetime(2026, 11, 30, tzinfo=UTC)


def good(_: object) -> None:
    """Pass."""


def bad(_: object) -> None:
    raise BrokenError("a receipt", "status 500 with <b>")


def unmade(_: object) -> None:
    raise SkippedError("it needs a message of the node", remedy="name a file by --operator")


def one(id: str, step: object, level: str = "MUST") -> Probe:
    return Probe(id, "3", "A title.", level, step)  # type: ignore[arg-type]


STEPS = (one("values.a", good), one("values.b", bad), one("log.c", unmade))


def results(xfail: dict[str, str] | None = None) -> tuple[Result, ...]:
    return run(None, STEPS, xfail=xfail)  # type: ignore[arg-type]


def test_there_are_probes_of_every_family_of_the_protocol() -> None:
    probes = all_probes()
    assert len(probes) >= 400
    assert {probe.family for probe in probes} == set(FAMILIES) - {"bundle"}
    assert [p.family for p in probes] == sorted((p.family for p in probes), key=FAMILIES.index)


def test_every_probe_names_a_section_that_the_specification_has() -> None:
    sections = set(re.findall(r"^#+ (\d+(?:\.\d+)?)", SPEC, re.MULTILINE))
    assert [p.id for p in all_probes() if p.section not in sections] == []


def test_every_probe_says_in_a_sentence_what_the_node_must_do() -> None:
    titles = [p.title for p in all_probes()]
    assert [t for t in titles if not (t[0].isupper() and t.endswith("."))] == []
    assert len(set(titles)) == len(titles), "two probes show the same"


def test_each_sentence_of_the_file_is_that_of_a_probe() -> None:
    told = tomllib.loads((SOURCE / "conform" / "probes.toml").read_text("utf-8"))
    listed = {f"{family}.{name}" for family, own in told.items() for name in own}
    assert listed == {p.id for p in all_probes()}


def test_no_two_probes_share_a_step_by_mistake() -> None:
    steps = [p.step for p in all_probes()]
    assert len(set(map(id, steps))) == len(steps)


def listed(table: str) -> dict[str, object]:
    """Return a table of the file of requirements, by the ids of probes."""
    told = tomllib.loads((SOURCE / "conform" / "requirements.toml").read_text("utf-8"))[table]
    return {
        f"{family}.{name}": value for family, own in told.items() for name, value in own.items()
    }


LEVELS = {one.id: one.level for one in requirements(REPOSITORY / "spec")}


def test_each_probe_of_a_must_names_a_rule_or_says_why_none_fits() -> None:
    rules, none = listed("rules"), listed("none")
    must = {p.id for p in all_probes() if p.level == "MUST"}
    assert rules.keys() | none.keys() <= {p.id for p in all_probes()}, "no such probe"
    assert rules.keys() & none.keys() == set()
    assert must - rules.keys() - none.keys() == set()
    assert [id for id, why in none.items() if not str(why).endswith(".")] == []


def test_each_rule_that_a_probe_names_exists_and_stands_once_in_order() -> None:
    order = list(LEVELS)
    for one in all_probes():
        assert set(one.requirements) <= LEVELS.keys(), one.id
        assert sorted(set(one.requirements), key=order.index) == list(one.requirements), one.id


def test_a_probe_that_fails_no_run_names_no_rule_that_must_be_kept() -> None:
    odd = {
        one.id: one.requirements
        for one in all_probes()
        if one.level == "SHOULD"
        and any(LEVELS[rule].startswith("MUST") for rule in one.requirements)
    }
    assert odd == {}


def test_probes_are_chosen_by_id_and_by_family() -> None:
    assert [p.id for p in select_probes(STEPS, ["values"])] == ["values.a", "values.b"]
    assert [p.id for p in select_probes(STEPS, ["log.c", "values.a"])] == ["values.a", "log.c"]
    with pytest.raises(MisuseError, match=r"no probe is called value$|no probe is called value;"):
        select_probes(STEPS, ["value"])


def test_a_known_failure_that_passes_fails_the_run() -> None:
    words = {r.probe.id: r.word for r in results({"values.a": "mended?", "values.b": "known"})}
    assert words == {"values.a": "unexpected pass", "values.b": "xfail", "log.c": "not tried"}
    assert failed(results({"values.a": "x", "values.b": "y"}), strict=False)
    assert not failed(results({"values.b": "y"}), strict=False)
    assert failed(results(), strict=False)


def test_a_broken_should_fails_only_a_strict_run() -> None:
    only = run(None, [one("values.d", bad, "SHOULD")])  # type: ignore[arg-type]
    assert not failed(only, strict=False)
    assert failed(only, strict=True)


def test_the_list_of_known_failures_gives_reasons(tmp_path: Path) -> None:
    path = tmp_path / "xfail"
    path.write_text("# ours\n\nvalues.a # since 1.2, to be mended\n", "utf-8")
    assert read_xfail(path, STEPS) == {"values.a": "since 1.2, to be mended"}
    for wrong in ("values.a\n", "values.z # why\n"):
        path.write_text(wrong, "utf-8")
        with pytest.raises(MisuseError, match="line 1"):
            read_xfail(path, STEPS)


def test_a_probe_that_cannot_read_what_came_fails_with_a_reason() -> None:
    def wrong(_: object) -> None:
        raise KeyError("payload")

    made = run_probe(None, one("values.e", wrong))  # type: ignore[arg-type]
    assert made.word == "fail"
    assert "could not be read" in made.reason
    assert "section 3" in made.reason


def test_a_reason_says_what_was_expected_what_came_and_where_it_stands() -> None:
    told = line(results()[1])
    assert (
        "Expected a receipt. Received status 500 with <b>. See the specification, section 3."
        in told
    )


def test_the_reports_say_the_same() -> None:
    found = results()
    words = {"pass": 1, "fail": 1, "xfail": 0, "unexpected pass": 0, "not tried": 1}
    assert counts(found) == words
    report = Report("xx/node", found)
    assert value(report)["counts"] == words
    assert "3 probes in 0 s: 1 pass, 1 fail, 1 not tried" in list(summary(report))
    tree = ET.fromstring(junit(report))  # noqa: S314 - our own
    assert [s.get("failures") for s in tree] == ["1", "0"]
    assert [s.get("skipped") for s in tree] == ["0", "1"]
    assert len(tree.findall("./testsuite/testcase/failure")) == 1


RULED = (
    replace(one("values.a", good), requirements=("C-3-01", "C-3-02", "C-3-10")),
    replace(one("log.b", unmade), requirements=("C-3-02", "C-10-01")),
    replace(one("log.c", bad), requirements=("C-10-02",)),
    replace(one("log.d", bad), requirements=("C-10-03",)),
)


def reported(
    *probes: Probe, left_out: tuple[Probe, ...] = (), xfail: dict[str, str] | None = None
) -> Report:
    found = run(None, probes, xfail=xfail)  # type: ignore[arg-type]
    return Report("xx/node", found, left_out)


def test_a_report_says_of_each_requirement_how_it_stands() -> None:
    report = reported(*RULED, xfail={"log.d": "to be mended"})
    assert report.requirements == {
        "shown": ["C-3-01", "C-3-10"],
        "shown in part": ["C-3-02"],
        "failed": ["C-10-02"],
        "expected to fail": ["C-10-03"],
        "not tried": ["C-10-01"],
    }
    told = "2 shown, 1 shown in part, 1 failed, 1 expected to fail, 1 not tried"
    assert f"requirements of the specification: {told}" in list(summary(report))


def test_only_a_run_that_tried_everything_is_said_to_conform() -> None:
    whole = reported(RULED[0])
    assert whole.verdict() == "xx/node: 1 probe, all tried: it conforms to each"
    for part in (reported(*RULED[:2]), reported(RULED[0], left_out=RULED[1:2])):
        assert part.verdict().startswith("xx/node: INCOMPLETE: 1 probe of 2 not tried")
        assert list(summary(part))[-1] == part.verdict()
        assert not value(part)["complete"]
        for text in (junit(part), page(part, at=AT)):
            assert part.verdict() in text
    broken, known = reported(RULED[2]), reported(RULED[2], xfail={"log.c": "why"})
    assert broken.verdict() == "xx/node: FAILED: 1 probe of 1"
    assert known.verdict() == "xx/node: 1 known failure"
    should = reported(one("values.d", bad, "SHOULD"))
    assert should.verdict() == "xx/node: 1 recommendation (SHOULD) not kept"


def test_what_was_not_tried_says_why_and_what_would_try_it() -> None:
    report = reported(*RULED[:2], left_out=RULED[2:])
    told = "\n".join(summary(report))
    assert "1 probe (2 requirements): it needs a message of the node.\n    To try: name a" in told
    assert "2 probes (2 requirements): not selected in this run.\n    To try: Leave out" in told
    tree = ET.fromstring(junit(report))  # noqa: S314 - our own
    assert sum(int(suite.get("skipped", "")) for suite in tree) == 3
    messages = [one.get("message", "") for one in tree.iter("skipped")]
    assert messages[0].endswith("To try it: name a file by --operator.")
    assert len(messages) == 3
    assert "<td>name a file by --operator.</td>" in page(report, at=AT)


def test_what_was_not_tried_fails_a_run_that_must_be_complete() -> None:
    part = reported(*RULED[:2])
    assert not part.failed(strict=True, complete=False)
    assert part.failed(strict=False, complete=True)
    assert reported(RULED[0], left_out=RULED[1:2]).failed(strict=False, complete=True)
    assert not reported(RULED[0]).failed(strict=False, complete=True)
    known = reported(*RULED[:2], xfail={"log.b": "our node is in its first epoch"})
    assert not known.failed(strict=False, complete=True)
    assert "INCOMPLETE" in known.verdict()


def test_the_page_needs_no_script_and_escapes_what_came() -> None:
    text = page(Report("xx/node", results()), at=AT)
    assert "<script" not in text
    assert "status 500 with &lt;b&gt;" in text
    assert "http" not in text.replace('http-equiv="', "")
    assert text.count("<table>") == text.count("<caption") == 5
    assert text.count('scope="col"') == 6 + 3 + 3 + 2 * 5
    assert '<html lang="en">' in text
    assert "<h1>" in text


def test_a_reason_with_control_characters_is_no_broken_xml() -> None:
    odd = replace(results()[1], reason="\x00\x1b[31m")
    assert len(ET.fromstring(junit(Report("xx/node", [odd])))) == 1  # noqa: S314 - our own


def test_the_folder_holds_keys_that_only_its_owner_reads(tmp_path: Path) -> None:
    made_one = PeerFolder.create(tmp_path / "kit", url="http://127.0.0.1:8799", now=AT)
    assert (tmp_path / "kit" / "keys.json").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in made_one.for_the_node.iterdir()} == {
        "directory.json",
        "state-record-xz.json",
        "state-record-zz.json",
        "trust.json",
    }
    for party in PARTIES:
        assert "private" not in (made_one.for_the_node / "directory.json").read_text("utf-8")
        assert made_one.keys(party).signing["message"].alg == "Ed25519"
    with pytest.raises(MisuseError, match="holds something already"):
        PeerFolder.create(tmp_path / "kit", url="http://127.0.0.1:8799", now=AT)
    with pytest.raises(MisuseError, match="names no port"):
        PeerFolder.create(tmp_path / "other", url="http://127.0.0.1", now=AT)
    with pytest.raises(MisuseError, match="comity conform keys"):
        PeerFolder(tmp_path / "nothing").keys(PARTIES[0])


def test_a_live_trust_file_is_refused(tmp_path: Path) -> None:
    kit = PeerFolder.create(tmp_path / "kit", url="http://127.0.0.1:8799", now=AT)
    live = (kit.for_the_node / "trust.json").read_bytes().replace(b"exercise", b"live")
    with pytest.raises(MisuseError, match="is live"):
        kit.directory(live, [], now=AT)

"""What follows from a rule: breach, question or nothing; and what two signatures change."""

from datetime import UTC, datetime

import pytest
from tests.instruments.treaty import DAY, NOW, at, bilateral, instrument, rule

from comity.instruments import (
    Finding,
    Judgement,
    Override,
    judge,
    rule_digest,
)
from comity.instruments.errors import FactsError, MeasureUnknownError, OverrideError

BLOCKS = rule()
WARNS = rule(key='"R-2"', effect='"warn"')
ASKS = rule(key='"R-3"', when='{is = ["case.closed", true]}')


def judged(
    *rules: str, verified: bool = False, overrides: tuple[Override, ...] = (), **facts: object
) -> Judgement:
    library, treaty = instrument(*rules)
    digests = {rule_digest(found) for found in treaty.rules.values()} if verified else set()
    return judge(
        library,
        treaty,
        measure="stored-data",
        step="draft",
        facts=at(**facts),
        verified=digests,
        overrides=overrides,
    )


def only(judgement: Judgement) -> Finding:
    """Return the only finding; whatever it says, it names its rule and asks in one case only."""
    (finding,) = judgement.findings
    assert finding.rule.key in {"R-1", "R-2", "R-3"}
    assert isinstance(finding.missing, tuple)
    assert bool(finding.missing) is (finding.outcome == "ask")
    return finding


def override(when: datetime = NOW, digest: str | None = None) -> Override:
    _, treaty = instrument(BLOCKS)
    return Override(digest or treaty.rules["R-1"].digest, "A. Official, head", when, "It burns.")


# ------------------------------------------------------------------ one rule


def test_a_breach_of_a_verified_rule_blocks() -> None:
    judgement = judged(BLOCKS, verified=True)
    finding = only(judgement)
    assert (finding.outcome, finding.effective) == ("breach", "block")
    assert (finding.verified, finding.missing, finding.overridden) == (True, (), None)
    assert judgement.outcome == "not-sendable"


def test_a_breach_of_a_rule_that_nobody_verified_only_warns() -> None:
    judgement = judged(BLOCKS)
    finding = only(judgement)
    assert (finding.outcome, finding.effective, finding.verified) == ("breach", "warn", False)
    assert judgement.outcome == "not-judged"


@pytest.mark.parametrize("verified", [True, False])
def test_a_rule_that_warns_never_blocks(verified: bool) -> None:
    judgement = judged(WARNS, verified=verified)
    assert only(judgement).effective == "warn"
    assert only(judgement).verified is verified
    assert judgement.outcome == ("ready-with-warnings" if verified else "not-judged")


@pytest.mark.parametrize("verified", [True, False])
def test_a_rule_that_is_obeyed_says_nothing(verified: bool) -> None:
    judgement = judged(BLOCKS, verified=verified, request__necessity="logs are kept for a week")
    finding = only(judgement)
    assert (finding.outcome, finding.effective, finding.missing) == ("clear", "none", ())
    assert finding.verified is verified
    assert judgement.outcome == ("ready" if verified else "not-judged")


@pytest.mark.parametrize("verified", [True, False])
def test_a_rule_that_is_not_settled_asks_and_never_blocks(verified: bool) -> None:
    judgement = judged(ASKS, verified=verified)
    finding = only(judgement)
    assert (finding.outcome, finding.effective) == ("ask", "ask")
    assert finding.missing == ("case.closed",)
    assert finding.verified is verified
    assert judgement.outcome == "not-judged", "a rule that asks decided nothing"


def test_what_is_missing_is_told_in_order() -> None:
    both = rule(when='{all = [{is = ["case.scope", "wide"]}, {is = ["case.closed", true]}]}')
    assert only(judged(both)).missing == ("case.closed", "case.scope")


# ------------------------------------------------------------------ the step


def test_one_rule_that_blocks_is_enough() -> None:
    assert judged(WARNS, BLOCKS, ASKS, verified=True).outcome == "not-sendable"


def test_a_step_without_rules_is_not_judged() -> None:
    judgement = judged()
    assert judgement.findings == ()
    assert judgement.outcome == "not-judged"


def test_findings_stand_in_the_order_of_the_data() -> None:
    assert [f.rule.key for f in judged(ASKS, WARNS, BLOCKS).findings] == ["R-3", "R-2", "R-1"]


def test_a_judgement_names_what_it_is_of() -> None:
    _, treaty = instrument(BLOCKS)
    judgement = judged(BLOCKS)
    assert (judgement.instrument, judgement.measure, judgement.step) == (
        "made",
        "stored-data",
        "draft",
    )
    assert judgement.edition == treaty.digest


def test_only_the_rules_of_the_measure_and_the_step_are_judged() -> None:
    library, treaty = instrument(
        BLOCKS,
        rule(key='"all"', measures='["*"]', steps='["draft", "receive"]'),
        rule(key='"elsewhere"', measures='["extradition"]'),
        rule(key='"later"', steps='["decide"]'),
    )

    def keys(step: str) -> list[str]:
        found = judge(library, treaty, measure="stored-data", step=step, facts=at()).findings
        return [finding.rule.key for finding in found]

    assert keys("draft") == ["R-1", "all"]
    assert keys("receive") == ["all"]
    assert keys("decide") == ["later"]
    assert keys("close") == []


def test_a_rule_sees_the_measure_and_the_step() -> None:
    judgement = judged(
        rule(when='{is = ["measure", "stored-data"]}'),
        rule(key='"R-2"', when='{is = ["step", "draft"]}'),
        rule(key='"R-3"', when='{is = ["step", "receive"]}'),
    )
    assert [finding.outcome for finding in judgement.findings] == ["breach", "breach", "clear"]


def test_the_facts_cannot_lie_about_the_measure() -> None:
    judgement = judged(rule(when='{is = ["measure", "extradition"]}'), measure="extradition")
    assert only(judgement).outcome == "clear"


def test_the_moment_of_judging_is_a_fact() -> None:
    late = rule(when='{before = ["preservation.end", "at"]}')
    assert only(judged(late, preservation__end=NOW - DAY)).outcome == "breach"
    assert only(judged(late, preservation__end=NOW)).outcome == "clear"


# ------------------------------------------------------------------ what cannot be judged


def test_without_a_moment_nothing_is_judged() -> None:
    library, treaty = instrument(BLOCKS)
    with pytest.raises(FactsError) as caught:
        judge(library, treaty, measure="stored-data", step="draft", facts={})
    assert caught.value.facts["key"] == "at"


@pytest.mark.parametrize(
    ("measure", "step"),
    [("extradition", "draft"), ("no-such-measure", "draft"), ("stored-data", "no-such-step")],
)
def test_a_measure_or_step_that_is_not_provided_for_is_refused(measure: str, step: str) -> None:
    library, treaty = instrument(BLOCKS)
    with pytest.raises(MeasureUnknownError) as caught:
        judge(library, treaty, measure=measure, step=step, facts=at())
    assert caught.value.facts["key"] == measure


def test_a_fact_that_does_not_exist_is_refused() -> None:
    with pytest.raises(FactsError):
        judged(BLOCKS, case__invented=True)


# ------------------------------------------------------------------ overrides


def test_an_override_lets_a_blocked_step_go_on_and_stays_visible() -> None:
    judgement = judged(BLOCKS, verified=True, overrides=(override(),))
    finding = only(judgement)
    assert (finding.outcome, finding.effective) == ("breach", "warn")
    assert finding.verified
    assert finding.overridden == override()
    assert judgement.outcome == "ready-with-warnings"


def test_an_override_is_of_one_edition_of_one_rule() -> None:
    other = "sha256:" + "0" * 64
    assert judged(BLOCKS, verified=True, overrides=(override(digest=other),)).outcome == (
        "not-sendable"
    )


def test_an_override_made_later_does_not_count_yet() -> None:
    late = (override(NOW + DAY),)
    assert judged(BLOCKS, verified=True, overrides=late).outcome == "not-sendable"


def test_an_override_of_this_very_moment_counts() -> None:
    assert judged(BLOCKS, verified=True, overrides=(override(NOW),)).outcome != "not-sendable"


def test_an_override_is_not_shown_where_nothing_was_blocked() -> None:
    for judgement in (
        judged(BLOCKS, overrides=(override(),)),
        judged(BLOCKS, verified=True, overrides=(override(),), request__necessity="x"),
    ):
        assert only(judgement).overridden is None


@pytest.mark.parametrize(
    ("digest", "by", "reasons"),
    [
        (" ", "A", "x"),
        ("d", "", "x"),
        ("d", "A", " \n"),
        ("d", "\u200b", "x"),
        ("d", "A", "\u2060 \u3164"),
    ],
)
def test_an_override_without_rule_name_or_reasons_is_none(
    digest: str, by: str, reasons: str
) -> None:
    with pytest.raises(OverrideError):
        Override(digest, by, NOW, reasons)


def test_an_override_needs_its_zone() -> None:
    with pytest.raises(OverrideError):
        Override("d", "A", datetime(2026, 1, 1), "x")  # noqa: DTZ001
    assert Override("d", "A", datetime(2026, 1, 1, tzinfo=UTC), "x").by == "A"


# ------------------------------------------------------------------ the fictitious treaty


@pytest.mark.parametrize(
    ("measure", "step", "facts", "breached"),
    [
        ("preservation", "draft", {"case.offence": "fraud"}, ["T-02"]),
        ("preservation", "draft", {"case.offence": "murder", "request.necessity": "x"}, ["T-01"]),
        (
            "preservation",
            "execute",
            {"preservation.start": NOW, "preservation.end": NOW + 29 * DAY},
            ["T-03"],
        ),
        (
            "preservation",
            "execute",
            {"preservation.start": NOW, "preservation.end": NOW + 30 * DAY},
            [],
        ),
        (
            "subscriber-data",
            "draft",
            {"case.offence": "fraud", "request.identifiers": [{"type": "e-mail"}]},
            ["T-04"],
        ),
        (
            "subscriber-data",
            "draft",
            {"case.offence": "fraud", "request.identifiers": [{"value": "a@example.org"}]},
            [],
        ),
        ("stored-data", "decide", {"decision.kind": "refuse", "decision.grounds": ["4-a"]}, []),
        (
            "preservation",
            "decide",
            {"decision.kind": "refuse", "decision.grounds": ["4-a"]},
            ["T-05"],
        ),
        (
            "stored-data",
            "decide",
            {"decision.kind": "refuse", "decision.grounds": ["4-c"]},
            ["T-05"],
        ),
        ("stored-data", "decide", {"decision.kind": "accept"}, []),
    ],
)
def test_a_new_instrument_is_judged_like_any_other(
    measure: str, step: str, facts: dict[str, object], breached: list[str]
) -> None:
    library = bilateral()
    judgement = judge(
        library,
        library.instruments["bilateral"],
        measure=measure,
        step=step,
        facts={"at": NOW, **facts},
    )
    assert [f.rule.key for f in judgement.findings if f.outcome == "breach"] == breached

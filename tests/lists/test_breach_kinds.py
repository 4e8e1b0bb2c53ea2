"""What a breach is called: a rule that asks for what is not said yet objects to nothing."""

import pytest

from comity.files.instruments import shipped
from comity.instruments import judge
from comity.node.core.clock import now
from comity.node.law.assessment import BreachKind, Checked


@pytest.mark.parametrize(("key", "rule"), [("untoc-2000", "T-048"), ("uncac-2003", "C-048")])
@pytest.mark.parametrize(
    ("screened", "confirmed", "kind"),
    [(None, False, "reminder"), (None, True, "condition"), (False, False, "objection")],
)
def test_a_check_that_is_still_to_be_made_is_no_objection(
    key: str, rule: str, *, screened: bool | None, confirmed: bool, kind: BreachKind
) -> None:
    library = shipped()
    held = library.instruments[key]
    known = {"at": now()} | ({} if screened is None else {"decision.screened": screened})
    verified = {held.rules[rule].digest} if confirmed else set()
    judgement = judge(
        library, held, measure="stored-data", step="decide", facts=known, verified=verified
    )
    checked = Checked(held, judgement, known)
    (found,) = [one for one in judgement.findings if one.rule.key == rule]
    assert (found.outcome, checked.kind(found)) == ("breach", kind)

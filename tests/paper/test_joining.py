"""When the State gets its node, the record joins: old paper and new messages in one case."""

from tests.api.nodes import Office, Pair, eventually, preservation_request
from tests.paper.papers import SENEGAL, enter_authority, request_sections, taken_in

DAKAR = "sn/court-dakar"


def _paper_case(office: Office) -> str:
    item = taken_in(office)["item"]
    told = {"type": "request.submitted", "author": DAKAR, "sections": request_sections()}
    return str(office.ok("author", "POST", f"/mail/{item}/transcript", json=told)["case"])


def test_a_request_over_the_wire_goes_into_the_case_that_paper_began(pair: Pair) -> None:
    office, partner = pair.asking, pair.asked
    authority = enter_authority(office, DAKAR)
    case = _paper_case(office)
    joined = {"act": "authority.joined", "said": {"party": partner.party}}
    office.ok("author", "POST", f"/docket/{authority}", json=joined)
    sent = office.say({**preservation_request(partner.party), "case": case})
    assert sent["case"] == case
    threads = office.ok("author", "GET", f"/cases/{case}")["conversations"]
    begun = [one["timeline"][0]["on_paper"] for one in threads]
    assert sorted(begun) == [False, True]  # both may begin in one second
    digest = sent["conversation"]
    assert eventually(lambda: partner.call("author", "GET", f"/conversations/{digest}").is_success)
    again = office.call("author", "POST", "/drafts", json=preservation_request(DAKAR))
    assert again.json()["code"] == "party-unknown"  # from now on it is written to by its node


def test_a_case_that_is_not_here_takes_nothing(pair: Pair) -> None:
    wanted = {**preservation_request(SENEGAL), "case": "1999-000001"}
    answer = pair.asking.call("author", "POST", "/drafts", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (422, "case-place")

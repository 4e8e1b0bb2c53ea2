"""Simulated partners make only moves that the exchange allows, each in its own way and time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.drills import CHARACTERS, Next, Standing, next_move, openings
from comity.drills.characters import DEEDS, HONEST
from comity.exchange.conversation import State, after, legal_types
from comity.exchange.moves import Role
from comity.exchange.types import MAIN_STATES, MOVES, TRACKS
from comity.instruments.model import MEASURES

STATES = st.builds(
    State,
    st.sampled_from(MAIN_STATES),
    st.dictionaries(
        st.sampled_from(["one", "two"]),
        st.sampled_from([(track, now) for track, states in TRACKS.items() for now in states]),
        max_size=2,
    ),
)
STANDINGS = st.builds(
    Standing,
    state=STATES,
    role=st.sampled_from(Role),
    measure=st.sampled_from(MEASURES),
    since_s=st.integers(0, 3600),
    said=st.dictionaries(st.sampled_from(sorted(MOVES)), st.integers(0, 4), max_size=3),
)


@given(st.sampled_from(sorted(CHARACTERS)), STANDINGS)
def test_a_partners_move_is_always_legal_and_never_in_the_past(
    character: str, standing: Standing
) -> None:
    found = next_move(CHARACTERS[character], standing)
    if found is None:
        return
    assert found.type in legal_types(standing.state, standing.role)
    moved = after(
        standing.state, MOVES[found.type], standing.role, about=found.about, content="new"
    )
    assert moved is not None
    assert found.due_s >= standing.since_s
    assert found.deed in DEEDS


@pytest.mark.parametrize("key", sorted(CHARACTERS))
def test_a_character_names_only_what_exists(key: str) -> None:
    one = CHARACTERS[key]
    types = [type_ for wanted in one.prefers.values() for type_ in wanted]
    types += [*one.delays_minutes, *one.at_most, *one.spoils, *one.grounds]
    assert set(types) <= set(MOVES)
    assert {*one.spoils.values(), *one.opens.values()} <= set(DEEDS)
    for place in one.prefers:
        main = place.rpartition("@")[2]
        track, _, now = main.partition(":")
        assert now in TRACKS[track] if now else main in MAIN_STATES


def played(character: str, *, measure: str = "stored-data", most: int = 12) -> list[Next]:
    """Return what a partner says to a request when the other side only clarifies."""
    state, now = State("submitted"), 0
    said: dict[str, int] = {}
    found: list[Next] = []
    for turn in range(most):
        if state.main == "clarifying":
            state = State("acknowledged", state.instances)
        standing = Standing(
            state=state, role=Role.REQUESTED, measure=measure, since_s=now, said=said
        )
        move = next_move(CHARACTERS[character], standing)
        if move is None:
            break
        found.append(move)
        now = move.due_s
        said = {**said, move.type: said.get(move.type, 0) + 1}
        following = after(
            state, MOVES[move.type], Role.REQUESTED, about=move.about, content=f"turn {turn}"
        )
        assert following is not None
        state = following
    return found


def types(found: list[Next]) -> list[str]:
    return [one.type.partition(".")[2] for one in found]


def test_the_prompt_one_executes_and_hands_over_within_minutes() -> None:
    found = played("prompt")
    assert types(found) == ["acknowledged", "accepted", "executed", "offered"]
    assert found[-1].due_s == 240


def test_a_preservation_is_confirmed_and_not_executed() -> None:
    assert types(played("prompt", measure="preservation")) == ["acknowledged", "confirmed"]


def test_the_slow_one_says_the_same_later() -> None:
    assert types(played("slow")) == types(played("prompt"))
    assert played("slow")[-1].due_s > 10 * played("prompt")[-1].due_s


def test_the_silent_one_says_nothing() -> None:
    assert played("silent") == []


def test_the_formal_one_asks_once_and_sets_conditions() -> None:
    assert types(played("formal")) == [
        "acknowledged", "clarification-asked", "accepted", "set", "executed", "offered",
    ]  # fmt: skip


def test_the_one_that_asks_back_asks_three_times_and_then_helps() -> None:
    assert types(played("asking-back")).count("clarification-asked") == 3
    assert types(played("asking-back"))[-1] == "offered"


def test_the_refusing_one_refuses_with_its_ground() -> None:
    found = played("refusing")
    assert types(found) == ["acknowledged", "refused"]
    assert [one.ground for one in found] == ["", "40-21b"]


def test_the_one_by_e_mail_has_no_node() -> None:
    assert {one.by for one in played("e-mail-only")} == {"e-mail"}


@pytest.mark.parametrize(
    ("character", "type_", "deed"),
    [
        ("replayer", "acknowledged", "replay"),
        ("two-logs", "accepted", "split-log"),
        ("corrupting", "offered", "corrupt-block"),
    ],
)
def test_a_hostile_one_spoils_one_thing_and_is_honest_otherwise(
    character: str, type_: str, deed: str
) -> None:
    found = {one.type.partition(".")[2]: one.deed for one in played(character)}
    assert found[type_] == deed
    assert HONEST in found.values()


def test_the_forger_opens_by_itself() -> None:
    assert [(one.due_s, one.deed) for one in openings(CHARACTERS["forger"])] == [(300, "forge")]
    assert openings(CHARACTERS["prompt"]) == ()


def test_the_one_that_lets_data_expire_does_not_extend_and_says_that_they_lapsed() -> None:
    asked = State("preserved", {"one": ("extension", "asked")})
    standing = Standing(
        state=asked, role=Role.REQUESTED, measure="preservation", since_s=0, said={}
    )
    found = next_move(CHARACTERS["letting-expire"], standing)
    assert found is not None
    assert (found.type, found.deed, found.due_s) == ("preservation.lapsed", "let-expire", 1200)
    honest = next_move(CHARACTERS["prompt"], standing)
    assert honest is not None
    assert (honest.type, honest.about) == ("request.extended", "one")

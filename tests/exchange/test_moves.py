"""Who may move what, when: nothing outside the table moves (spec 7, 8.2, 8.4)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.exchange.makers import BODIES, T0, UN, VN, ZA, World, section, sections_of
from tests.walks import every

from comity.exchange import MOVES, Message, MoveIllegalError, Role, State, legal_types, replay
from comity.exchange.bodies import SECTIONS
from comity.exchange.conversation import ILLEGAL, after
from comity.exchange.types import ANY_REQUEST, MAIN_STATES, NEW, OPENING_TYPES, TRACKS, Move

INSTANCE, MESSAGE = "sha256:" + "11" * 32, "sha256:" + "22" * 32
PLACES = [None, *((track, now) for track, words in TRACKS.items() for now in words)]


def listed(move_type: str, role: Role, main: str, place: tuple[str, str] | None) -> bool:
    """Say from the row alone whether a pair is in the table; ``about`` names the place if any."""
    move = MOVES[move_type]
    if role not in move.roles or main not in move.main:
        return False
    if move.track is None:
        return True
    if not move.sources:
        return place is None
    if place is None:
        return move.about_optional
    return place[0] == move.track and place[1] in move.sources


def test_every_pair_outside_the_table_is_refused_and_those_inside_lead_where_it_says() -> None:
    inside = outside = 0
    for move in MOVES.values():
        for role in Role:
            for main in MAIN_STATES:
                for place in PLACES:
                    state = State(main, {INSTANCE: place} if place else {})
                    about = INSTANCE if place else None
                    found = after(state, move, role, about=about, content=MESSAGE)
                    if not listed(move.type, role, main, place):
                        assert found is None, (move.type, role, main, place)
                        outside += 1
                        continue
                    assert found is not None, (move.type, role, main, place)
                    assert found.main == (move.target or main)
                    expected = dict(state.instances)
                    if move.track and not move.sources:
                        expected[MESSAGE] = (move.track, move.becomes)
                    elif move.track and place:
                        expected[INSTANCE] = (move.track, move.becomes)
                    assert dict(found.instances) == expected
                    inside += 1
    assert inside > 500
    assert outside > 10 * inside


def test_an_answer_to_nothing_or_to_a_stranger_is_refused() -> None:
    for move in MOVES.values():
        if move.sources:
            for main in move.main:
                state = State(main, {INSTANCE: (move.track or "", min(move.sources))})
                role = min(move.roles)
                assert after(state, move, role, about=MESSAGE, content="c") is None
                nothing = after(state, move, role, about=None, content="c")
                assert (nothing is not None) is move.about_optional


def test_the_table_refers_only_to_what_exists() -> None:
    for move in MOVES.values():
        assert move.main <= set(MAIN_STATES)
        assert move.target is None or move.target in MAIN_STATES
        assert (move.track is None) == (move.becomes == "")
        if move.track:
            assert {move.becomes, *move.sources} <= set(TRACKS[move.track])
        assert move.sections.keys() <= SECTIONS.keys()
        assert move.floor.late_hours is None or move.floor.approver


def test_every_state_can_be_reached_and_every_type_can_be_sent_from_some_reached_state() -> None:
    seen, todo, sent = {NEW}, [NEW], set()
    while todo:
        main = todo.pop()
        for move in MOVES.values():
            if main in move.main:
                sent.add(move.type)
                if move.target and move.target not in seen:
                    seen.add(move.target)
                    todo.append(move.target)
    assert seen == set(MAIN_STATES)
    assert sent == set(MOVES)


def test_every_track_state_can_be_reached() -> None:
    for track, words in TRACKS.items():
        reached = {m.becomes for m in MOVES.values() if m.track == track}
        assert reached == set(words)


def test_no_request_leaves_a_closed_state_but_by_facts_about_hand_overs() -> None:
    assert all(
        move.track or move.edition or move.type == "request.countersigned"
        for move in MOVES.values()
        if "closed" in move.main
    )
    assert "closed" in ANY_REQUEST


def test_legal_types_are_those_that_some_about_makes_legal() -> None:
    for main in MAIN_STATES:
        for place in PLACES:
            state = State(main, {INSTANCE: place} if place else {})
            for role in Role:
                possible = {
                    m.type
                    for m in MOVES.values()
                    for about in (None, INSTANCE)
                    if not m.edition and after(state, m, role, about=about, content="c") is not None
                }
                assert set(legal_types(state, role)) == possible


PATHS: dict[str, list[tuple[str, str]]] = {
    "submitted": [],
    "acknowledged": [("request.acknowledged", ZA)],
    "accepted": [("request.acknowledged", ZA), ("request.accepted", ZA)],
    "executed": [
        ("request.acknowledged", ZA),
        ("request.accepted", ZA),
        ("request.executed", ZA),
    ],
    "preserved": [("request.acknowledged", ZA), ("preservation.confirmed", ZA)],
    "clarifying": [("request.acknowledged", ZA), ("request.clarification-asked", ZA)],
    "refused": [("request.acknowledged", ZA), ("request.refused", ZA)],
}


STARTS = {
    "contact.answered": "contact.ping",
    "assistance.asked": "assistance.available",
    "training.nominated": "training.places-offered",
    "training.nomination-withdrawn": "training.places-offered",
    "training.answered": "training.places-offered",
}


def opening_of(move_type: str) -> str:
    """Name a message that opens a conversation in which the type can be sent."""
    if move_type.startswith("table."):
        return "table.called"
    other = move_type.startswith(("assistance.", "solution."))
    return STARTS.get(move_type, "assistance.needed" if other else "request.submitted")


@every("move_type", [name for name, move in MOVES.items() if not move.edition])
def test_a_message_of_every_type_can_be_composed_signed_and_applied(move_type: str) -> None:
    world = World(VN, ZA)
    move = MOVES[move_type]
    role = min(move.roles)
    author = VN if role is Role.REQUESTER else ZA
    if move_type in OPENING_TYPES:
        opening = world.sign(world.open(move_type))
        assert replay([opening]).standing == {opening.content: "applied"}
        return
    start = opening_of(move_type)
    for path in PATHS.values() if start == "request.submitted" else [[]]:
        known = [world.sign(world.open(start))]
        for step, by in path:
            known.append(world.sign(world.reply(step, author=by, known=known)))
        about = None
        if move.sources:  # bring an instance of the track into the wanted state
            for opener in steps_to(move):
                try:
                    about = _instance(world, known, opener.type, move.sources, about)
                except MoveIllegalError:
                    continue
        try:
            draft = world.reply(
                move_type,
                author=author,
                known=known,
                about=about,
                sections={"countersignature": section("note")}
                if move_type == "request.countersigned"
                else None,
            )
        except MoveIllegalError:
            continue
        message = world.sign(draft)
        result = replay([*known, message])
        assert result.standing[message.content] == "applied"
        assert result.heads[author] == message
        return
    pytest.fail(f"no path leads to a state in which {move_type} is legal")


def steps_to(move: Move) -> list[Move]:
    """Return the moves of its track that open an instance or lead where this one begins."""
    track = [m for m in MOVES.values() if m.track == move.track]
    return [m for m in track if not m.sources or m.becomes in move.sources]


def _instance(
    world: World, known: list[Message], opener: str, wanted: frozenset[str], about: str | None
) -> str | None:
    state = replay(known).state
    if about and state.instances[about][1] in wanted:
        return about
    move = MOVES[opener]
    by = VN if min(move.roles) is Role.REQUESTER else ZA
    draft = world.reply(opener, author=by, known=known, about=about if move.sources else None)
    known.append(world.sign(draft))
    return about if move.sources else known[-1].content


def test_we_compose_nothing_that_the_state_does_not_allow() -> None:
    world = World(VN, ZA)
    known = [world.unsigned(world.open())]
    for author in (VN, ZA):
        role = Role.REQUESTER if author == VN else Role.REQUESTED
        legal = legal_types(replay(known).state, role)
        for move_type in MOVES:
            if move_type not in legal and move_type != "request.countersigned":
                with pytest.raises(MoveIllegalError):
                    world.reply(move_type, author=author, known=known)
    with pytest.raises(MoveIllegalError):
        world.reply("no.such-type", author=VN, known=known, sections={})


def test_we_compose_no_answer_to_something_that_is_not_there() -> None:
    world = World(VN, ZA)
    known = [world.unsigned(world.open())]
    known.append(world.unsigned(world.reply("request.status-asked", author=VN, known=known)))
    assert "request.status-given" in legal_types(replay(known).state, Role.REQUESTED)
    with pytest.raises(MoveIllegalError):
        world.reply("request.status-given", author=ZA, known=known, about=known[0].content)
    draft = world.reply("request.status-given", author=ZA, known=known, about=known[1].content)
    assert draft.about == known[1].content


def test_an_illegal_message_and_all_that_stands_on_it_has_no_effect() -> None:
    world = World(VN, ZA)
    opening = world.unsigned(world.open())
    fine = world.reply("request.acknowledged", author=ZA, known=[opening])
    illegal = world.unsigned(
        replace(fine, type="request.executed", body=commitments("request.executed"))
    )
    later = world.unsigned(
        replace(
            fine,
            id=world.new_id(),
            sequence=2,
            previous=illegal.content,
            sent_at=T0 + timedelta(hours=1),
        )
    )
    result = replay([later, illegal, opening])
    assert result.state.main == "submitted"
    assert result.standing[illegal.content] == ILLEGAL == result.standing[later.content]
    assert set(result.heads) == {VN}


def commitments(move_type: str) -> dict[str, str]:
    return {name: part.commitment for name, part in sections_of(move_type).items()}


def test_after_a_partner_speaks_double_we_sign_no_sequence_twice() -> None:
    world = World(VN, ZA)
    known = [world.unsigned(world.open())]
    first = world.unsigned(world.reply("request.acknowledged", author=ZA, known=known))
    known.append(first)
    known.append(world.unsigned(world.reply("request.status-asked", author=VN, known=known)))
    twin = world.unsigned(
        replace(first.draft, id=world.new_id(), sent_at=T0 + timedelta(minutes=2))
    )
    known.append(twin)
    assert replay(known).heads[VN].draft.sequence == 2
    assert world.reply("request.withdrawn", author=VN, known=known).sequence == 3
    alone = [m for m in known if m.draft.type != "request.status-asked"]
    assert replay(alone).heads.keys() == {VN}, "nobody says which of the two it had seen"


@pytest.mark.parametrize(
    ("move_type", "author"),
    [
        ("assistance.agreed", ZA),  # whoever offers does not take the offer up
        ("assistance.declined", ZA),
        ("assistance.offer-withdrawn", VN),
        ("assistance.offered", VN),  # nor does whoever is in need answer itself
        ("assistance.taken-off", ZA),
    ],
)
def test_nobody_answers_for_the_other_side_of_a_need(move_type: str, author: str) -> None:
    world = World(VN, ZA)
    known = [world.unsigned(world.open("assistance.needed"))]
    known.append(world.unsigned(world.reply("assistance.offered", author=ZA, known=known)))
    with pytest.raises(MoveIllegalError):
        world.reply(move_type, author=author, known=known, about=known[1].content)


def test_what_was_taken_off_the_board_is_offered_to_and_agreed_no_more() -> None:
    world = World(VN, ZA)
    known = [world.unsigned(world.open("assistance.needed"))]
    known.append(world.unsigned(world.reply("assistance.offered", author=ZA, known=known)))
    known.append(world.unsigned(world.reply("assistance.taken-off", author=VN, known=known)))
    state = replay(known).state
    assert state.main == "off"
    assert not {"assistance.agreed", "assistance.offered"} & {
        one for role in Role for one in legal_types(state, role)
    }
    assert "assistance.declined" in legal_types(state, Role.REQUESTER)


def test_a_circular_is_answered_in_a_conversation_of_two() -> None:
    world = World(UN, VN, ZA)
    known = [world.unsigned(world.open("assistance.needed"))]
    noted = world.unsigned(world.reply("assistance.noted", author=ZA, known=known))
    assert replay([*known, noted]).standing[noted.content] == "applied"
    with pytest.raises(MoveIllegalError):
        world.reply("assistance.offered", author=ZA, known=known)
    offered = world.unsigned(replace(noted.draft, type="assistance.offered"))
    assert replay([*known, offered]).standing[offered.content] == ILLEGAL


def test_every_section_has_a_sample_here() -> None:
    assert set(BODIES) | {"countersignature"} == set(SECTIONS)
    assert UN

"""Conversations in which one member signs twins, and others see one, the other, or both."""

from dataclasses import replace
from random import Random

from tests.exchange.makers import UN, VN, ZA, World
from tests.exchange.test_orders import play

from comity.exchange import Message, Seen


def twins(seed: int) -> list[Message]:
    """Return the messages of a conversation, shuffled; the same for the same seed."""
    random = Random(seed)
    three = random.random() < 0.6
    members = (UN, VN, ZA) if three else (VN, ZA)
    count = random.randrange(10, 50)
    steps = [(random.randrange(5), random.randrange(10_000)) for _ in range(count)]
    network = play(members, "information.shared" if three else "request.submitted", steps, most=14)
    sent, liar = list(network.sent), random.choice(members)
    mine = [m for m in sent if m.draft.author == liar and m.draft.conversation is not None]
    if not mine:
        return sent
    types = [m.draft.type for m in sent if m.draft.conversation is not None]
    made = _made(random, network.world, mine, types)
    for _ in range(random.randrange(3)):
        honest = random.choice([member for member in members if member != liar])
        sent = _seen(random, network.world, sent, honest, random.choice(made))
    found = list({m.content: m for m in (*sent, *made)}.values())
    random.shuffle(found)
    return found


def _made(random: Random, world: World, mine: list[Message], types: list[str]) -> list[Message]:
    """Return twins of a liar's messages: by sequence, by identifier, and said on twins."""
    made: list[Message] = []
    for _ in range(random.randrange(1, 4)):
        of = random.choice([*mine, *made])
        draft = of.draft if random.random() < 0.2 else replace(of.draft, id=world.new_id())
        if random.random() < 0.5:
            draft = replace(draft, type=random.choice(types))
        if random.random() < 0.3:
            draft = replace(
                draft, sequence=draft.sequence + 1, previous=of.content, id=world.new_id()
            )
        made.append(world.unsigned(draft))
    return made


def _seen(
    random: Random, world: World, sent: list[Message], honest: str, twin: Message
) -> list[Message]:
    """Return the messages, one of another member's changed, or one more, that has seen a twin."""
    own = [m for m in sent if m.draft.author == honest and m.draft.conversation is not None]
    if not own:
        return sent
    of, mark = random.choice(own), Seen(twin.draft.sequence, twin.content)
    if random.random() < 0.5:
        rest = [m for m in sent if m is not of]
        draft = replace(of.draft, id=world.new_id())
    else:
        rest, of = sent, max(own, key=lambda m: m.draft.sequence)
        draft = replace(
            of.draft, id=world.new_id(), sequence=of.draft.sequence + 1, previous=of.content
        )
    return [*rest, world.unsigned(replace(draft, seen={**draft.seen, twin.draft.author: mark}))]

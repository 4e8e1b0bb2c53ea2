"""What stands before what in a bundle: messages, those that they have seen, receipts heard.

Digests name only what was there before, so nothing stands in its own past.

Source: spec 8.1 and 16.
"""

from collections.abc import Iterable, Mapping, Sequence

from comity.exchange import Message

type Parents = Mapping[str, Sequence[str]]
"""Name of a thing -> names of those right before it."""


def parents_of(message: Message, there: Mapping[str, Message]) -> list[str]:
    """Return the content digests of the messages right before one in its conversation.

    Args:
        message: whose past is told.
        there: content digest -> message, of those that are here.
    """
    named = [mark.content for mark in message.draft.seen.values()]
    named += [] if message.draft.previous is None else [message.draft.previous]
    found = ((content, there.get(content)) for content in named)
    return [
        content
        for content, one in found
        if one is not None and one.conversation == message.conversation
    ]


def in_order(messages: Iterable[Message], there: Mapping[str, Message]) -> list[Message]:
    """Return messages, each after all of its past that is here."""
    parents = {one.content: parents_of(one, there) for one in messages}
    return [there[content] for content in ordered(parents)]


def ordered(parents: Parents) -> list[str]:
    """Return names, each after all that are before it."""
    found: dict[str, None] = {}
    for name in parents:
        waiting = [(name, iter(parents[name]))]
        while waiting:
            one, rest = waiting[-1]
            before = next((b for b in rest if b not in found), None)
            if before is None:
                found[one] = None
                waiting.pop()
            else:
                waiting.append((before, iter(parents[before])))
    return list(found)

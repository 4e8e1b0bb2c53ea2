"""Twins: a second reader of the specification comes to the same, whatever the order of arrival."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.makers import same
from tests.exchange.twins import twins
from tests.stranger.replay import replay as reading

from comity.canonical import decode
from comity.exchange import replay


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1 << 32))
def test_two_readers_and_any_order_come_to_the_same_of_twins(seed: int) -> None:
    messages = twins(seed)
    found = replay(messages)
    assert same(replay(reversed(messages)), found)
    other = reading(decode(m.envelope.payload, max_bytes=1 << 20) for m in messages)
    assert found.state.to_value() == other.state.value()
    assert list(found.order) == other.order
    assert dict(found.standing) == other.standing

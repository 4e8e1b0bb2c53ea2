"""What a page that was opened shows about the connection for partners, and what it does not."""

import pytest

from comity.node.service.reached import how_reached

LISTED = "https://node.example:8700"
PLAIN = "http://node.example:8700"


@pytest.mark.parametrize(
    ("address", "visitor", "listed", "place", "proved"),
    [
        (LISTED, "1.1.1.1", LISTED, "outside", True),
        ("https://node.example", "1.1.1.1", "https://node.example:443", "outside", True),
        (LISTED, "2606:4700::1111", LISTED, "outside", True),
        (LISTED, "::ffff:1.1.1.1", LISTED, "outside", True),
        ("https://node.example", "1.1.1.1", LISTED, "outside", False),  # another port
        (PLAIN, "1.1.1.1", LISTED, "outside", False),
        (PLAIN, "1.1.1.1", PLAIN, "outside", False),  # listed so, and without TLS all the same
        (LISTED, "1.1.1.1", "", "outside", False),
        (LISTED, "127.0.0.1", LISTED, "this-machine", False),
        (LISTED, "::1", LISTED, "this-machine", False),
        (LISTED, "::ffff:127.0.0.1", LISTED, "this-machine", False),
        (LISTED, "10.1.2.3", LISTED, "private", False),
        (LISTED, "100.64.0.1", LISTED, "private", False),  # behind an operator's address sharing
        (LISTED, "fd00::1", LISTED, "private", False),
        (LISTED, "0.0.0.0", LISTED, "unknown", False),  # noqa: S104 - a visitor whom nobody knows
        (LISTED, "", LISTED, "unknown", False),
    ],
)
def test_only_the_listed_address_reached_from_beyond_private_networks_is_proved(
    address: str, visitor: str, listed: str, place: str, proved: bool
) -> None:
    found = how_reached(address, visitor, listed)
    assert (found.place, found.proved) == (place, proved)

"""Probes that no test of ours makes against a node; what they name counts as shown by nobody."""

from comity.conform.model import Probe
from comity.conform.run import all_probes

UNSEEN = {
    "directory.served",  # our node under test serves no directory
}
ELSEWHERE = {
    "epochs.ended",  # test_a_node_that_was_restored_shows_its_epochs
    "epochs.signed",
    "log.goes-on",  # test_the_next_run_goes_on_from_the_one_before
    "problems.retry-after",  # test_a_quota_is_kept
    "transport.quota",
    "transport.quota-emergency",
    "transport.quota-forgets",
    "transport.quota-of-others",
    "transport.quota-polled",
    "sending.other-certificate",  # test_the_peer_is_reached_by_tls_where_its_address_says_so
}
"""Probes that are not tried by a whole run against our node, and that another test makes."""


def seen() -> tuple[Probe, ...]:
    """Return the probes that some test of ours makes."""
    return tuple(one for one in all_probes() if one.id not in UNSEEN)

"""What partners refused besides messages: whether to ask again, when, and who decides.

The outbox goes by the same answers (`outbox.give_up`, `outbox.put_off`). Here is what has no place
of its own there: a refusal for good is kept until a person says to try again, and one that names a
moment until then. What came before it stays.

Source: spec/13-transport.md section 13.2; ADR 0092.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from comity.ledger import LogOrigin
from comity.node.core.clock import now, real_now
from comity.node.core.partner_http import (
    Answer,
    PartnerBusyError,
    PartnerClient,
    PartnerRefusedError,
    check_accepted,
    fault_code,
)
from comity.node.log import audit
from comity.node.models import PartnerCheckpoint, Refusal

Job = Refusal.Job
CLOCK_STEP: Final = timedelta(seconds=1)
"""What the clock may lag behind, as it tells whole seconds."""
PRESSING: Final = frozenset({Job.POLL, Job.RECOVERY})
"""While one of these is refused, nothing comes from that partner, or nothing can be said to it."""
_LOG = logging.getLogger("comity.refusals")


def is_held(job: Job, party: str, subject: str = "") -> bool:
    """Tell whether something is not asked now: a person decides, or the partner named a moment."""
    held = Refusal.objects.filter(job=job, party=party, subject=subject)
    return held.filter(Q(until=None) | Q(until__gt=real_now())).exists()


@contextmanager
def asking(job: Job, party: str, subject: str = "") -> Iterator[None]:
    """Ask a partner for something, and keep in mind what its refusal means.

    Args:
        job: what for.
        party: the partner.
        subject: of which of several things, or empty.

    Raises:
        ComityError: as it came; a refusal that may pass is not kept in mind.
    """
    try:
        yield
    except (PartnerRefusedError, PartnerBusyError) as fault:
        note(job, party, subject, fault)
        raise
    held = Refusal.objects.filter(job=job, party=party, subject=subject)
    if held.exists():  # to look takes no lock that others wait for
        held.delete()


def note(job: Job, party: str, subject: str, fault: PartnerRefusedError | PartnerBusyError) -> None:
    """Keep a refusal for good until a person decides, and one that names a moment until then."""
    until: datetime | None = None
    if isinstance(fault, PartnerBusyError):
        until = real_now() + CLOCK_STEP + fault.wait
        _LOG.info("%s of %s waits, as it asked", job, party)
    elif fault.final:
        _LOG.warning("%s of %s is given up: %s", job, party, fault_code(fault))
    else:
        return
    told = {"fault": fault_code(fault), "since": now(), "until": until}
    Refusal.objects.update_or_create(job=job, party=party, subject=subject, defaults=told)


def stopped() -> QuerySet[Refusal]:
    """Return what a person decides about, the oldest first.

    What was given back and is not entered stays among it until it is.
    """
    found = Refusal.objects.filter(Q(until=None) | Q(job=Job.RETURNED))
    return found.order_by("since", "pk")


def try_again(number: int, *, by: str) -> Refusal | None:
    """Let a partner be asked again for what it refused; return what, or None if there is none.

    Args:
        number: of the refusal.
        by: user name, for the audit.
    """
    at = now()
    with transaction.atomic():
        found = stopped().filter(pk=number).first()
        if found is None:
            return None
        if found.job == Job.RETURNED:  # a conversation may be closed until it is entered
            Refusal.objects.filter(job=Job.RETURNED, party=found.party).update(until=real_now())
        else:
            Refusal.objects.filter(pk=number).delete()
        audit.note(at=at, actor=by, action="refusal.retried", subject=found.party, detail=found.job)
    return found


def forget_others(job: Job, party: str, subject: str) -> None:
    """Forget what a party refused of a job about all but one subject: only the newest counts."""
    rows = Refusal.objects.filter(job=job, party=party).exclude(subject=subject)
    if rows.exists():
        rows.delete()


def forget_ended_logs() -> None:
    """Forget what partners refused about logs of theirs that another epoch has followed."""
    rows = list(Refusal.objects.filter(job=Job.LINK))
    if not rows:
        return
    newest: dict[str, int] = {}
    for party, origin in PartnerCheckpoint.objects.values_list("party", "origin"):
        newest[party] = max(newest.get(party, 0), LogOrigin.parse(origin).epoch)
    for row in rows:
        if LogOrigin.parse(row.subject).epoch < newest.get(row.party, 0):
            row.delete()


class HeldClient:
    """A client for one job that asks no partner for what it refused.

    Args:
        client: that asks.
        job: what for.
        path: of the question that is held; others go through as they are.
    """

    def __init__(self, client: PartnerClient, job: Job, path: str) -> None:
        self._client, self._job, self._path = client, job, path

    def reachable(self, party: str) -> bool:
        """Tell whether something can be pushed to a party, which has not refused it for good."""
        return self._client.reachable(party) and not is_held(self._job, party)

    def call(self, party: str, method: str, path: str, *, query: str = "") -> Answer:
        """Return the answer, as `PartnerClient.call`.

        Raises:
            PartnerRefusedError: it was refused before, for good or for a while.
            PartnerUnreachableError: no answer.
        """
        subject = query.partition("origin=")[2]
        if path != self._path:
            return self._client.call(party, method, path, query=query)
        if is_held(self._job, party, subject):
            raise PartnerRefusedError("the partner refused this before", final=True)
        answer = self._client.call(party, method, path, query=query)
        try:
            with asking(self._job, party, subject):
                check_accepted(answer, 200)
        except (PartnerRefusedError, PartnerBusyError):
            return answer  # whoever asked says what it means
        return answer

"""Work items: what needs a person, one row an incident; owners, saved filters, the last check.

A row is remembered: `comity.node.work` makes it anew from the facts in their own transaction, when
time alone changes it, and again and again to find what differs.
"""

from datetime import UTC, datetime
from typing import Final

from django.db import models

from comity.node.models.people import Officer

NEVER: Final = datetime.max.replace(tzinfo=UTC, microsecond=0)
"""Sorts what has no deadline behind all that has one."""
BEFORE: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Sorts what began at no known moment behind all that did, the newest first."""
LATER: Final = 9
"""Rank of what needs nobody yet."""

_SORTED: Final = ("sorts_at", "oldest_at")


class WorkItem(models.Model):
    """One incident, told by the matter of it that presses most."""

    incident = models.CharField(max_length=200, primary_key=True)
    """What it is about: a sort and a name, as ``request:`` and a digest."""
    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=160)
    """With the kind the name of what presses most: a digest, an item, a party; never payload."""
    rank = models.PositiveSmallIntegerField()
    """Place of its severity, 0 for critical; `LATER` before anybody is told."""
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    sorts_at = models.DateTimeField(default=NEVER)
    """The deadline, or `NEVER`."""
    oldest_at = models.DateTimeField(default=NEVER)
    """``since``, or `NEVER`: where the oldest stands first."""
    newest_at = models.DateTimeField(default=BEFORE)
    """``since``, or `BEFORE`: where the newest stands first."""
    deadline = models.CharField(max_length=24, blank=True)
    """What falls due, by code."""
    rule = models.CharField(max_length=160, blank=True)
    """The rule the deadline comes from, or ``office``."""
    party = models.CharField(max_length=64, blank=True)
    case = models.CharField(max_length=40, blank=True)
    conversation = models.CharField(max_length=71, blank=True)
    what = models.CharField(max_length=160, blank=True)
    """A code: a measure, a type of message, a state, an error."""
    urgency = models.CharField(max_length=12, blank=True)
    emergency = models.BooleanField(default=False)
    owner = models.CharField(max_length=64, blank=True)
    """Identifier of the officer whose it is, or empty."""
    waits_for = models.CharField(max_length=4, default="us")
    """``us`` or ``them``."""
    action = models.CharField(max_length=24)
    """What to do next: the type of a message to write, or a code."""
    count = models.PositiveIntegerField(default=1)
    changes_at = models.DateTimeField(null=True)
    """When time alone changes it next."""

    class Meta:
        """Lists by severity, by officer, by State and by kind read as much as they show.

        What sorts them is never empty, so that a page goes on within an index.
        """

        indexes = (
            models.Index(fields=("rank", *_SORTED), name="work_rank"),
            models.Index(fields=("owner", "rank", *_SORTED), name="work_owner"),
            models.Index(fields=("waits_for", "owner", "rank", *_SORTED), name="work_waits"),
            models.Index(fields=("waits_for", "rank", *_SORTED), name="work_side"),
            models.Index(fields=("kind", "rank", *_SORTED), name="work_kind"),
            models.Index(fields=("sorts_at", "rank", "oldest_at"), name="work_due"),
            models.Index(fields=("owner", "sorts_at", "rank", "oldest_at"), name="work_owner_due"),
            models.Index(fields=("party", "rank", *_SORTED), name="work_party"),
            models.Index(fields=("newest_at", "incident"), name="work_newest"),
            models.Index(fields=("case",), name="work_case"),
            models.Index(fields=("emergency", "rank", "case"), name="work_emergency"),
            models.Index(
                fields=("changes_at",),
                name="work_changes",
                condition=models.Q(changes_at__isnull=False),
            ),
        )


class WorkCheck(models.Model):
    """How the rows were found when they were last compared with the facts; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    whole_at = models.DateTimeField(null=True)
    """When the last look at all of them ended."""
    differences = models.PositiveIntegerField(default=0)
    """Rows that were not as the facts say, ever; each was corrected."""
    differed_at = models.DateTimeField(null=True)
    incident = models.CharField(max_length=200, blank=True)
    """Which one differed last."""


class WorkOwner(models.Model):
    """The officer to whom a work item was assigned, or who acknowledged it."""

    incident = models.CharField(max_length=200, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    at = models.DateTimeField()


class WorkFilter(models.Model):
    """A filter of the list of work items, saved under a name."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    """Who saved it."""
    name = models.CharField(max_length=60)
    shared = models.BooleanField(default=False)
    """Whether the whole office sees it."""
    criteria = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        """One name an officer."""

        constraints = (
            models.UniqueConstraint(fields=("officer", "name"), name="work_filter_once"),
        )

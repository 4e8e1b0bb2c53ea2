"""A conversation, with its state as last replayed."""

from django.db import models


class Conversation(models.Model):
    """The replay of its messages is the truth; what stands here is remembered from it."""

    digest = models.CharField(max_length=71, primary_key=True)
    opener = models.CharField(max_length=64)
    members = models.JSONField()
    type = models.CharField(max_length=40)
    """Type of the opening message."""
    measure = models.CharField(max_length=40, blank=True)
    offence = models.CharField(max_length=24, blank=True)
    """Code of the offence that the opening message names, where it was recognised."""
    target = models.CharField(max_length=16, blank=True)
    """Kind of the first identifier that the opening message asks about."""
    targets = models.PositiveSmallIntegerField(default=0)
    """How many identifiers it asks about."""
    reference = models.CharField(max_length=300, blank=True)
    case = models.CharField(max_length=40, db_index=True)
    """The office's own number of the case it belongs to; linked conversations share it."""
    main = models.CharField(max_length=24, db_index=True)
    tracks = models.JSONField(default=dict)
    edition = models.CharField(max_length=71, blank=True)
    """Digest of the edition of the registry in force in it; empty on paper, which pins none."""
    double_speak = models.BooleanField(default=False, db_index=True)
    status_asked = models.BooleanField(default=False)
    """Whether one side asked where it stands, and nobody said so yet."""
    beyond_quota = models.BooleanField(default=False)
    """Whether it is an emergency that was taken although its sender had sent too much."""
    paper = models.BooleanField(default=False)
    """Whether the other side has no node: what it says is written down here by hand."""
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField(db_index=True)
    ours = models.BooleanField(default=False)
    """Whether this office opened it."""
    due_at = models.DateTimeField(null=True)
    """The next moment by which a person must act (a preservation's end, a second signature)."""
    due_clock = models.CharField(max_length=24, blank=True)
    """Kind of the clock that falls due then, once the clocks were looked at."""
    due_rule = models.CharField(max_length=160, blank=True)
    """Articles behind that clock, or ``office``."""
    unread_at = models.DateTimeField(null=True)
    """Since when a message of the other side waits to be read by whoever has the case."""

    class Meta:
        """The watch asks who waits, and who said two things; the register goes by clock."""

        indexes = (
            models.Index(fields=("main", "opened_at"), name="conversation_waits"),
            models.Index(
                fields=("moved_at",),
                name="conversation_two_words",
                condition=models.Q(double_speak=True),
            ),
            models.Index(
                fields=("digest",),
                name="conversation_status_asked",
                condition=models.Q(status_asked=True),
            ),
            models.Index(
                fields=("digest",),
                name="conversation_unread",
                condition=models.Q(unread_at__isnull=False),
            ),
            models.Index(
                "due_at",
                models.F("moved_at").desc(),
                "digest",
                name="conversation_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                models.F("moved_at").desc(),
                "digest",
                name="conversation_moved",
                condition=models.Q(due_at__isnull=True),
            ),
        )

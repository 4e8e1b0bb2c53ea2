"""What is written and not sent yet."""

from django.db import models

from comity.node.models.people import Officer

# A message being prepared and approved, before it is signed, and each approval of it.


class DraftRow(models.Model):
    """What an approval signs is frozen here: body, place in the chain, what was seen."""

    class Stage(models.TextChoices):
        """How far it is."""

        AWAITING = "awaiting", "awaiting approvals"
        QUEUED = "queued", "signed and queued"
        STALE = "stale", "overtaken by something the other side wrote"
        DISCARDED = "discarded", "discarded"

    id = models.CharField(max_length=36, primary_key=True)
    """The message's identifier."""
    case = models.CharField(max_length=40, blank=True)
    conversation = models.CharField(max_length=71, blank=True, db_index=True)
    type = models.CharField(max_length=40)
    fields = models.JSONField()
    """Members of the payload but approvals and ``sent_at``."""
    sections = models.JSONField()
    """Name to section, salts included."""
    law = models.JSONField(default=dict)
    """Facts added for the law's checks, and overrides of its rules; never sent."""
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.AWAITING)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    record = models.CharField(max_length=71, blank=True)
    """Of the message it became."""
    discarded_at = models.DateTimeField(null=True)
    """Until some time after, whoever may write drafts can restore it."""
    version = models.PositiveIntegerField(default=1)
    """One more with each change of the text: whoever changes it says which one they read."""
    form = models.JSONField(default=dict)
    """The page's form as it was filled, ``path`` and ``fields``; empty if a program wrote it."""

    class Meta:
        """The watch asks for those that wait."""

        indexes = (models.Index(fields=("stage", "made_at"), name="draft_stage"),)


class DraftApproval(models.Model):
    """One officer's approval of a draft, checked when it was stored.

    A row of its own, so that two officers who sign at the same moment never write the same row.
    """

    draft = models.ForeignKey(DraftRow, on_delete=models.CASCADE, related_name="approvals")
    officer = models.CharField(max_length=64)
    """Opaque identifier, as the certificate has it."""
    kid = models.CharField(max_length=64)
    """Of the key that signed."""
    value = models.JSONField()
    """The approval as it stands in the message."""
    at = models.DateTimeField()

    class Meta:
        """An officer approves a draft once, and so does a key; in the order in which they came."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("draft", "officer"), name="approval_officer"),
            models.UniqueConstraint(fields=("draft", "kid"), name="approval_kid"),
        )


class DepartedApproval(models.Model):
    """An approval of a draft that ended unsent because its officer left; it may not come back."""

    draft = models.ForeignKey(DraftRow, on_delete=models.CASCADE, related_name="departed")
    officer = models.CharField(max_length=64)
    """Opaque identifier, as the certificate had it."""
    version = models.PositiveIntegerField()
    """Of the text that was approved."""
    at = models.DateTimeField()
    """When the account was closed or the certificate removed."""

    class Meta:
        """In the order in which they ended."""

        ordering = ("pk",)


class DraftEdit(models.Model):
    """A change of a draft's text: who, what it touched and whose approvals it ended."""

    draft = models.ForeignKey(DraftRow, on_delete=models.CASCADE, related_name="edits")
    version = models.PositiveIntegerField()
    """That it made."""
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    """User name."""
    changed = models.JSONField(default=list)
    """Members that differ from the version before, ``section.member``; never what they say."""
    ended = models.JSONField(default=list)
    """Opaque identifiers of the officers whose approvals of the earlier text ended."""

    class Meta:
        """In order of the versions; each version is made once."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("draft", "version"), name="draft_version"),)


# A form that somebody began to fill and did not hand in yet.
class UnfinishedForm(models.Model):
    """What stood in the fields when it was last saved; for its writer alone."""

    id = models.CharField(max_length=36, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="unfinished")
    path = models.CharField(max_length=1000)
    """Address of its page on this node, without its own identifier."""
    label = models.CharField(max_length=120)
    """What it makes, ``sort:code``, of which the page of drafts makes words."""
    about = models.JSONField(default=list)
    """What its words come from or go into, ``case:…``, ``item:…``, ``draft:…``; ends with them."""
    fields = models.JSONField(default=dict)
    """Name to values, as a browser sends them."""
    version = models.PositiveIntegerField(default=1)
    """One more with each save."""
    window = models.CharField(max_length=36, blank=True)
    """That saved it last; another one that has not read this version overwrites nothing."""
    saved_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by their writer, the last saved first."""

        indexes = (
            models.Index(fields=("officer", "discarded_at", "saved_at"), name="unfinished_own"),
            models.Index(fields=("saved_at",), name="unfinished_age"),
        )


# One delivery of one message to one partner: a lease table.
class OutboxRow(models.Model):
    """Committed with the message; a worker that dies loses its lease and nothing else."""

    class Stage(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "queued"
        DELIVERED = "delivered", "receipted"
        POSTED = "posted", "went as a letter"
        DEAD = "dead", "given up, a person must look"

    record = models.CharField(max_length=71, db_index=True)
    addressee = models.CharField(max_length=64)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.QUEUED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_no = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    last_fault = models.CharField(max_length=120, blank=True)
    queued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        """One delivery a partner; the due ones are found by index."""

        constraints = (models.UniqueConstraint(fields=("record", "addressee"), name="outbox_once"),)
        indexes = (models.Index(fields=("stage", "due_at"), name="outbox_due"),)

"""Cases: conversations and their messages, and how a case ends."""

from django.db import models


# A conversation, with its state as last replayed.
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


# The subject that an officer gave a case, in place of the one made by rule.
class CaseSubject(models.Model):
    """A person's own words: erased with the case, and hidden by a sensitivity label in it."""

    case = models.CharField(max_length=40, primary_key=True)
    text = models.CharField(max_length=160)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)


# A message sent or received, kept as the bytes that were signed.
class MessageRow(models.Model):
    """The JWS is the record; the other columns repeat parts of it for look-up."""

    record = models.CharField(max_length=71, primary_key=True)
    content = models.CharField(max_length=71, db_index=True)
    conversation = models.CharField(max_length=71, db_index=True)
    author = models.CharField(max_length=64)
    message_id = models.CharField(max_length=36)
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    outgoing = models.BooleanField()
    jws = models.BinaryField()
    sent_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    """This node's clock; equals the leaf's time."""
    standing = models.CharField(max_length=80)
    """As last replayed (spec 8)."""
    outcome = models.CharField(max_length=80)
    """As receipted at ``recorded_at``; never changes."""
    own_head = models.JSONField(null=True)
    """This node's newest message in the conversation when it took the message in, or null."""
    epoch = models.PositiveIntegerField()
    index = models.PositiveBigIntegerField()
    tree_size = models.PositiveBigIntegerField()
    """Of the checkpoint that the receipt names."""
    known_size = models.PositiveBigIntegerField(null=True)
    """Of the tree that the sender said it knew."""
    second_due_at = models.DateTimeField(null=True)
    """By when the second signature is due, where a message went with one."""

    class Meta:
        """Doubles are looked up by identifier, whatever conversation they stand in."""

        indexes = (
            models.Index(fields=("author", "message_id"), name="message_id"),
            models.Index(fields=("conversation", "author", "sequence"), name="message_chain"),
            models.Index(fields=("recorded_at",), name="message_recorded"),
            models.Index(
                fields=("second_due_at",),
                name="message_second_due",
                condition=models.Q(second_due_at__isnull=False),
            ),
        )


# One section of a message, erasable without touching what was signed.
class SectionRow(models.Model):
    """Salt and value; when erased both are gone and the reason stays."""

    record = models.CharField(max_length=71)
    name = models.CharField(max_length=40)
    salt = models.BinaryField(max_length=32, null=True)
    value = models.JSONField(null=True)
    erased_because = models.CharField(max_length=300, blank=True)

    class Meta:
        """A message has a section once."""

        constraints = (models.UniqueConstraint(fields=("record", "name"), name="section_name"),)


# A receipt that a partner gave for a message of ours.
class ReceiptRow(models.Model):
    """Kept as signed; a receipt that did not hold is kept too, and says why."""

    record = models.CharField(max_length=71, db_index=True)
    party = models.CharField(max_length=64)
    jws = models.BinaryField()
    received_at = models.DateTimeField(null=True)
    """The partner's clock, where the receipt holds."""
    outcome = models.CharField(max_length=80, blank=True)
    linked = models.BooleanField(default=False)
    """Whether it was shown to continue the log we knew."""
    fault = models.CharField(max_length=60, blank=True, db_index=True)
    """Error code if it does not hold."""
    kept_at = models.DateTimeField()

    class Meta:
        """Receipts that do not hold are few, and every page asks whether there are any."""

        indexes = (models.Index(fields=("fault", "party"), name="receipt_fault"),)


# Notices of deadlines that were given, so that each is given once.
class DeadlineNotice(models.Model):
    """One level of notice of one deadline; people see it on lists, in the audit and by webhooks."""

    subject = models.CharField(max_length=200)
    """Digest of a conversation, or identifier of an item or exhibit."""
    clock = models.CharField(max_length=40)
    """Kind of the clock (`comity.instruments.clocks`)."""
    due_at = models.DateTimeField()
    level = models.CharField(max_length=60)
    """Code of what is said at this level."""
    to_whom = models.CharField(max_length=40)
    passed = models.BooleanField()
    told_at = models.DateTimeField(db_index=True)

    class Meta:
        """A level of a deadline is told once."""

        constraints = (
            models.UniqueConstraint(
                fields=("subject", "clock", "due_at", "level", "to_whom"), name="deadline_notice"
            ),
        )


# A case on which nobody has to act any more, and that nobody looked at yet: when it ended.
class EndedCase(models.Model):
    """Remembered from the case's conversations, evidence and review; `closed_cases` keeps it."""

    case = models.CharField(max_length=40, primary_key=True)
    record_class = models.CharField(max_length=32)
    """By whose period it falls due."""
    ended_at = models.DateTimeField()
    """When the last of its conversations moved."""

    class Meta:
        """What is due is read off class by class, the oldest first."""

        indexes = (models.Index(fields=("record_class", "ended_at", "case"), name="ended_due"),)


# An erasure whose traces in the node's files are still to be removed.
class Erasure(models.Model):
    """Written in the transaction that erases; done once nothing of the words is in any file.

    The words are gone from every table with the transaction. Files lag behind: a bundle made
    before, the journal of the database, the segments of the index of words.
    """

    subject = models.CharField(max_length=120)
    """Name of the record, ``sort:key``."""
    case = models.CharField(max_length=40, blank=True)
    """Whose bundles go with it; empty where no case was erased."""
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, db_index=True)

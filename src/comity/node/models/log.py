"""The log of this node, who vouches for it, and the audit."""

from django.db import models


# One entry of this node's log, with the opening that explains it.
class LogEntry(models.Model):
    """A leaf and its opening; deleting the salt unlinks the leaf from the record."""

    epoch = models.PositiveIntegerField()
    index = models.PositiveBigIntegerField()
    leaf_hash = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=32, null=True)
    kind = models.CharField(max_length=24)
    time = models.DateTimeField()
    record = models.CharField(max_length=71, db_index=True)
    outcome = models.CharField(max_length=80, default="", db_default="")
    """What became of a message received, which its leaf says; empty for other kinds."""

    class Meta:
        """A place in an epoch is taken once."""

        constraints = (models.UniqueConstraint(fields=("epoch", "index"), name="logentry_place"),)


# The right edge of this node's log in one epoch.
class LogHead(models.Model):
    """From the head alone the log can grow; it moves in the transaction of the fact."""

    epoch = models.PositiveIntegerField(primary_key=True)
    tree_size = models.PositiveBigIntegerField()
    frontier = models.BinaryField()
    guarded_size = models.PositiveBigIntegerField(default=0, db_default=0)
    """Leaves that the head guard covered when the log last grew: a smaller guard is an old copy."""
    audit_anchor = models.BinaryField(max_length=32, default=b"", db_default=b"")
    """Digest of the newest anchor over audit rows, which the next one continues; empty before the
    first."""
    successor = models.BinaryField(null=True)
    """The statement that opened this epoch (JWS), from epoch 2 on."""


# Hashes of complete subtrees of 256, 65 536 ... leaves, so that proofs need few reads.
class LogNode(models.Model):
    """The root of a full tile; levels below 8 are recomputed from the 256 entries of one tile."""

    epoch = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """A subtree has one hash."""

        constraints = (
            models.UniqueConstraint(fields=("epoch", "level", "index"), name="lognode_place"),
        )


# What lets an ordinary client of tlog-tiles read this node's logs on behalf of a party.
class LogToken(models.Model):
    """The token itself is told once; only its digest is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    """SHA-256 of the token, hex. A token has 256 random bits, so no slow hash is needed."""
    party = models.CharField(max_length=64, db_index=True)
    kid = models.CharField(max_length=64)
    """The transport key that asked for it; it counts no longer than that key."""
    expires_at = models.DateTimeField()


# Checkpoints that others stand by: this node's, cosigned; and those this node cosigned.


class OwnCheckpoint(models.Model):
    """A checkpoint of this node's log with the cosignatures of its witnesses."""

    epoch = models.PositiveIntegerField()
    tree_size = models.PositiveBigIntegerField()
    note = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        """One note a tree; more cosignatures are added to it."""

        constraints = (
            models.UniqueConstraint(fields=("epoch", "tree_size"), name="owncheckpoint_tree"),
        )


class WitnessedTree(models.Model):
    """The tree this node last cosigned for a log, as its witness."""

    origin = models.CharField(max_length=200, primary_key=True)
    tree_size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()


# Time stamps over checkpoints of this node's log, and how asking for them went.


class Timestamp(models.Model):
    """An authority's answer over a checkpoint, verified when it came."""

    epoch = models.PositiveIntegerField()
    tree_size = models.PositiveBigIntegerField()
    authority = models.CharField(max_length=200)
    """The address that answered."""
    note = models.TextField()
    """The checkpoint as the log signed it: the bytes that were stamped."""
    response = models.BinaryField()
    """DER of the TimeStampResp, as it came."""
    at = models.DateTimeField()
    """The authority's time."""
    kept_at = models.DateTimeField()

    class Meta:
        """One answer of an authority a tree."""

        constraints = (
            models.UniqueConstraint(
                fields=("epoch", "tree_size", "authority"), name="timestamp_tree_authority"
            ),
        )


class TimestampAuthority(models.Model):
    """How the last request to an authority went."""

    address = models.CharField(max_length=200, primary_key=True)
    asked_at = models.DateTimeField()
    fault = models.CharField(max_length=60, blank=True)
    """Error code, or empty if it answered well."""


# Who did what, when; also who read what.


class AuditRow(models.Model):
    """No foreign keys, so that no deletion can touch it; no payload, ever."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True)
    epoch = models.PositiveIntegerField(null=True)
    index = models.PositiveBigIntegerField(null=True)
    """Leaf in the log, where the act is in it."""
    salt = models.BinaryField(max_length=32, default=b"")
    """Hides the row behind its digest in the anchor."""
    anchor_epoch = models.PositiveIntegerField(null=True)
    anchor_index = models.PositiveBigIntegerField(null=True)
    """The leaf that anchors the row (spec 10, Audit); null until then."""

    class Meta:
        """Who read a thing is asked by the thing; anchors and what waits for one, by their leaf."""

        indexes = (
            models.Index(fields=("subject", "-id"), name="audit_subject"),
            models.Index(fields=("anchor_epoch", "anchor_index"), name="audit_anchor"),
        )


class AuditCheck(models.Model):
    """How the anchors of the audit were found when they were last recomputed; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    whole_at = models.DateTimeField(null=True)
    """When the last look at all of them ended."""
    rows = models.PositiveBigIntegerField(default=0)
    """Rows that it recomputed."""
    since = models.DateTimeField(null=True)
    """When the first fault was found that still stands."""
    faults = models.JSONField(default=list)
    """What does not hold, as `comity audit verify` tells it; empty if nothing."""

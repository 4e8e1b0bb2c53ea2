"""A message sent or received, kept as the bytes that were signed."""

from django.db import models


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

"""Checkpoints that others stand by: this node's, cosigned; and those this node cosigned."""

from django.db import models


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

"""What can be wrong with one's node."""

from comity.canonical import OperationError


class NodeRefusedError(OperationError, code="node-refused"):
    """The node answered with an error; its own code is among the facts as ``said``."""


class NodeSilentError(OperationError, code="node-silent"):
    """The node did not answer."""

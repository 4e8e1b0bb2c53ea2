"""What can be wrong with one's node."""

from comity.canonical import OperationError


class NodeRefusedError(OperationError):
    """The node answered with an error; its own code is among the facts as ``said``."""

    code = "node-refused"


class NodeSilentError(OperationError):
    """The node did not answer."""

    code = "node-silent"

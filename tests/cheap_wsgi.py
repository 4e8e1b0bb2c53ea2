"""The node's own ASGI application, in a process whose passwords are hashed cheaply."""

from tests.cheap_node import cheaply

cheaply()

from comity.node.site.asgi import application  # noqa: E402 - it is set up with it

__all__ = ["application"]

"""The node's own ASGI application, in a process that is in a hurry."""

import django

django.setup()

from tests.faults.quick import hurry  # noqa: E402 - Django is set up first

hurry()

from comity.node.site.asgi import application  # noqa: E402 - the loop starts with it

__all__ = ["application"]

"""What happens in the register, told to packages above that whoever does it does not know.

`comity.node.site.wiring` says who is told. What is told inside a transaction is part of it: a
receiver that raises undoes the act.
"""

from typing import Final

from django.dispatch import Signal

acted: Final = Signal()
"""An officer's act is committed. Gives ``node``."""
conversations_changed: Final = Signal()
"""Inside the transaction: conversations of a case stand otherwise. Gives ``threads`` (all of one
case) and ``new`` (whether the case is)."""
replayed: Final = Signal()
"""Inside the transaction: the messages of a conversation stand as they do now. Gives
``conversation`` and ``at``."""
cases_changed: Final = Signal()
"""Inside the transaction: what is due in these cases has changed. Gives ``cases`` (numbers)."""
item_changed: Final = Signal()
"""Inside the transaction: an item of the docket has one entry more. Gives ``item``."""

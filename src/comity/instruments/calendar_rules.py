"""When a treaty enters into force, counted from the days on which consents were deposited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from comity.instruments.model import Entry


@dataclass(frozen=True)
class Delay:
    """How long after a deposit its effect begins: in days, or in whole months.

    Attributes:
        days: the effect begins on this day after the deposit; not used if ``months`` is given.
        months: the effect begins on the first day of the month after these months have passed.
    """

    days: int = 0
    months: int = 0

    def after(self, day: date) -> date:
        """Return the day on which a deposit of ``day`` takes effect; at most the last there is.

        Source: un-2024 Article 65(1), the ninetieth day; coe-2001 Article 36(4), the first day
        of the month following three months.
        """
        if self.months:
            years, month = divmod(day.month + self.months, 12)
            year = day.year + years
            return date(year, month + 1, 1) if year <= date.max.year else date.max
        return day + min(timedelta(days=self.days), date.max - day)


@dataclass(frozen=True)
class EntryRule:
    """What a treaty says of its own entry into force.

    Attributes:
        threshold: how many consents it takes; 0 for a basis that needs none.
        delay: from the consent that fills the threshold to entry into force.
        later: from the deposit of a State that joins later to the day it is bound.
        organizations_count: whether the consent of an organization is one of ``threshold``.
        in_force: the day the depositary published, if there is one.
    """

    threshold: int
    delay: Delay
    later: Delay
    organizations_count: bool = False
    in_force: date | None = None

    def filled(self, deposits: Iterable[date]) -> date | None:
        """Return when the treaty enters into force by these deposits, or None if too few.

        Args:
            deposits: days of the deposits that count, in any order.
        """
        days = sorted(deposits)
        if not self.threshold or len(days) < self.threshold:
            return None
        return self.delay.after(days[self.threshold - 1])

    def bound(self, deposit: date, treaty: date) -> date:
        """Return the day a State is bound that deposited on ``deposit``.

        Args:
            deposit: day of its own deposit.
            treaty: day of the treaty's entry into force.

        Source: un-2024 Article 65(2): the later of the two.
        """
        return max(self.later.after(deposit), treaty)


def entry_rule(entry: Entry | None) -> EntryRule | None:
    """Return what an instrument says of its entry into force; None for one that is no treaty.

    A treaty that says nothing of later joiners binds them after the same delay as the first.
    """
    if entry is None or (entry.threshold is None and entry.in_force is None):
        return None
    delay = Delay(entry.delay_days or 0, entry.delay_months or 0)
    own = entry.later_delay_days is not None or entry.later_delay_months is not None
    later = Delay(entry.later_delay_days or 0, entry.later_delay_months or 0) if own else delay
    return EntryRule(entry.threshold or 0, delay, later, entry.organizations_count, entry.in_force)

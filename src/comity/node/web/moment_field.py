"""A moment in a form: what a clock on a wall shows, and whose clock it is; kept in UTC."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from comity.canonical import in_zone
from comity.node.core.local_time import UTC_NAMES, city, is_skipped, is_zone, zone_named
from comity.node.core.provided import OFFICE_ZONE, provided

ZONE: Final = "_zone"
"""Ends the name of the control in which the clock is chosen; begins with that of the moment."""
_FORMATS: Final = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_OF_BOTH: Final = frozenset({"aria-describedby", "disabled"})
_UTC: Final = ZoneInfo("UTC")
_ONCE: ContextVar[list[ZoneInfo] | None] = ContextVar("office-zone", default=None)


@contextmanager
def one_office_zone() -> Iterator[None]:
    """Ask only once for the zone of the office, however many moments a page asks for."""
    token = _ONCE.set([])
    try:
        yield
    finally:
        _ONCE.reset(token)


def office_zone() -> ZoneInfo:
    """Return the zone whose clock hangs in the office; UTC where it has none of its own."""
    held = _ONCE.get()
    if held:
        return held[0]
    read: Callable[[], ZoneInfo] = provided(OFFICE_ZONE)
    found = read()
    zone = _UTC if found.key in UTC_NAMES else found
    if held is not None:
        held.append(zone)
    return zone


class Reading(str):
    """What was typed as a moment.

    Attributes:
        zone: name of the zone whose clock showed it, as it was chosen; UTC where none was.
    """

    __slots__ = ("zone",)

    zone: str

    def __new__(cls, text: str, zone: str = "UTC") -> Self:
        """Make a reading.

        Args:
            text: as typed.
            zone: name of a zone, as chosen.
        """
        made = super().__new__(cls, text)
        made.zone = zone
        return made


class MomentInput(forms.DateTimeInput):
    """A moment to the minute, or to the second where it has seconds, and the clock it is read on.

    The clocks are the office's, which is proposed, and UTC; where the office has none of its own,
    the word UTC stands there and nothing can be chosen.
    """

    def __init__(self) -> None:
        """Make the control."""
        super().__init__(attrs={"type": "datetime-local", "dir": "ltr"})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return what was typed, with the clock that was chosen."""
        typed = super().value_from_datadict(data, files, name)
        if not isinstance(typed, str):
            return typed
        return Reading(typed, str(data.get(name + ZONE) or "UTC"))

    def format_value(self, value: Any) -> str:
        """Return what stands in the field."""
        return str(reading_of(value))

    def summary(self, value: Any) -> str:
        """Return what stands in the field, with the clock, on one line."""
        shown = reading_of(value)
        return f"{shown.replace('T', ' ')} {_clock_name(shown.zone)}" if shown else ""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        """Return the field and, beside it, its clock."""
        shown, attrs = reading_of(value), dict(attrs or {})
        field = super().render(name, shown, attrs, renderer)
        zones = dict.fromkeys((office_zone().key, "UTC", shown.zone))
        offered = [(zone, _clock_name(zone)) for zone in zones if is_zone(zone)]
        if len(offered) == 1:
            return format_html('<span class="moment">{}<span>UTC</span></span>', field)
        own = {key: told for key, told in attrs.items() if key in _OF_BOTH}
        own["id"] = f"{attrs.get('id') or name}{ZONE}"
        return format_html(
            '<span class="moment">{}<label class="vh" for="{}">{}</label>{}</span>',
            field,
            own["id"],
            _("Time zone"),
            forms.Select(choices=offered).render(name + ZONE, shown.zone, own, renderer),
        )


class MomentField(forms.DateTimeField):
    """A moment, read on the office's clock or in UTC; its cleaned value is in UTC.

    A moment without a clock, as a program or an address gives it, is in UTC.
    """

    widget = MomentInput

    def __init__(self, **more: Any) -> None:
        """Make the field.

        Args:
            more: for Django's field.
        """
        super().__init__(input_formats=_FORMATS, **more)

    def prepare_value(self, value: Any) -> Any:
        """Return what the control shows: a moment keeps its zone."""
        return value

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment.

        Raises:
            ValidationError: there is no such moment, or a clock shows it twice, or never.
        """
        name = value.zone if isinstance(value, Reading) else "UTC"
        if not is_zone(name):
            raise ValidationError(_("Unknown time zone. Choose a time zone from the list."))
        zone = zone_named(name)
        try:
            with timezone.override(zone):
                found = super().to_python(value)
            return found.astimezone(UTC) if found else None
        except ValidationError as fault:
            if fault.code != "ambiguous_timezone" or not fault.params:
                raise
            raise _change_fault(fault.params["datetime"], zone) from fault
        except OverflowError as fault:  # beyond the calendar once it is in UTC
            raise ValidationError(self.error_messages["invalid"], code="invalid") from fault


def _change_fault(reading: datetime, zone: ZoneInfo) -> ValidationError:
    """Return what is wrong with a reading at which the clocks change."""
    if is_skipped(reading, zone):
        told = _(
            "Clocks in %(city)s are put forward over this time, so it does not occur. Correct the"
            " time, or choose UTC and enter the time in UTC."
        )
    else:
        told = _(
            "Clocks in %(city)s are put back on this day, so this time occurs twice. Choose UTC and"
            " enter the time in UTC."
        )
    return ValidationError(told, code="clock-change", params={"city": city(zone)})


def reading_of(value: Any) -> Reading:
    """Return what a control shows of a value: typed text stays, a moment is put on a clock."""
    if isinstance(value, Reading):
        return value
    if isinstance(value, str):  # as an address or another page gives it, in UTC
        try:
            found = forms.DateTimeField(input_formats=_FORMATS).to_python(value)
        except ValidationError:
            return Reading(value)
        value = found
    zone = office_zone()
    if not isinstance(value, datetime):
        return Reading("", zone.key)
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    local = in_zone(moment, zone)
    naive = local.replace(tzinfo=None, fold=0)
    twice = naive.replace(tzinfo=zone).utcoffset() != naive.replace(tzinfo=zone, fold=1).utcoffset()
    if twice or local.tzinfo is UTC:  # a clock that would leave it open which moment is meant
        zone, local = _UTC, moment.astimezone(UTC)
    shown = local.replace(tzinfo=None, microsecond=0)
    return Reading(shown.isoformat(timespec="seconds" if shown.second else "minutes"), zone.key)


def _clock_name(zone: str) -> str:
    return "UTC" if zone in UTC_NAMES or not is_zone(zone) else city(zone_named(zone))

"""Acts on the duty."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _officer(who: str) -> str:
    from comity.node.models import Officer

    return Officer.objects.get(user__username=who).identifier


def _alarm(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.duty import escalation
    from comity.node.duty.alarm_kinds import Cause
    from comity.node.models import Alarm

    escalation.settle([Cause("backup", "none")], at=now())
    return {"alarm": Alarm.objects.latest("pk").pk}


def _shift(_made: Made) -> dict[str, Any]:
    from datetime import time, timedelta

    from comity.node.core.clock import now
    from comity.node.duty import roster_store
    from comity.node.duty.roster import Crew, Weekly

    number = 0
    for day, who in ((0, "author"), (3, "duty")):
        row = Weekly(
            weekday=day, begins=time(8), ends=time(20), zone="UTC", crew=Crew(officer=_officer(who))
        )
        number = roster_store.add_weekly(row, by="operator", at=now())
    first, second, *_ = roster_store.roster().shifts(
        now() + timedelta(days=1), now() + timedelta(8)
    )
    return {"row": number, "one": first.begins.isoformat(), "two": second.begins.isoformat()}


def _asked(_made: Made) -> dict[str, Any]:
    return {"who": _officer("duty")}


def _own_ladder(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.duty import escalation_ladder

    ladder = escalation_ladder.parse_ladder([(0, "officer", ["screen"])], 30)
    escalation_ladder.set_ladder("call", ladder, by="operator", at=now())
    return {}


_CSV = (
    "kind,weekday,begins,ends,zone,first,last,officer,second,deputy\n"
    "weekly,monday,08:00,20:00,UTC,,,{},,\n"
)
_STEPS = [{"minutes": 0, "whom": "officer", "channels": ["screen"]}]

SAMPLES: Final = {
    "alarm.acknowledge": Sample(
        who="duty", first=_alarm, place=lambda made: {"number": made["alarm"]}
    ),
    "roster.replace": Sample(
        who="duty", first=_asked, said=lambda made: {"csv": _CSV.format(made["who"])}, again=True
    ),
    "roster-shift.add": Sample(
        who="duty",
        first=_asked,
        said=lambda made: {
            "officer": made["who"],
            "weekday": 2,
            "begins": "19:00",
            "ends": "07:00",
            "zone": "Asia/Ho_Chi_Minh",
        },
        again=True,
    ),
    "roster-change.add": Sample(
        who="duty",
        first=_shift,
        said=lambda made: {
            "officer": _officer("duty"),
            "begins": made["one"],
            "ends": made["two"],
        },
        again=True,
    ),
    "roster-shift.swap": Sample(
        who="duty",
        first=_shift,
        said=lambda made: {"one": made["one"], "two": made["two"]},
        again=True,
    ),
    "roster-row.remove": Sample(
        who="duty", first=_shift, place=lambda made: {"kind": "weekly", "number": made["row"]}
    ),
    "contact.set": Sample(
        who="duty",
        first=_asked,
        place=lambda made: {"identifier": made["who"]},
        said=lambda _made: {"phone": "+27 12 393 1000"},
        again=True,
    ),
    "ladder.set": Sample(
        who="duty",
        place=lambda _made: {"kind": "call"},
        said=lambda _made: {"steps": _STEPS, "repeat_minutes": 30},
        again=True,
    ),
    "ladder.drop": Sample(
        who="duty", first=_own_ladder, place=lambda _made: {"kind": "call"}, again=True
    ),
    "test-notice.send": Sample(
        who="duty", first=_asked, said=lambda made: {"officer": made["who"]}, again=True
    ),
    "watch-test.answer": Sample(who="duty", place=lambda made: {"digest": made["watch test"]}),
    "watch-test.ask": Sample(
        who="duty", said=lambda _made: {"party": "za/contact-point"}, again=True
    ),
}

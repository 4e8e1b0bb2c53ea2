"""Trying one act in the process of a node: `tests.actions.test_walk` runs this on a copy of one."""

import importlib
import json
import sqlite3
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.cheap_node import cheaply


class Fall(BaseException):
    """The node falls here."""


def main() -> None:
    """Read a job, try it, print what was found."""
    job = json.load(sys.stdin)
    cheaply()
    from comity.node.core import django_setup

    django_setup.use_node(Path(job["folder"]))
    tried = Trial(job)
    print(json.dumps(getattr(tried, job["trial"])()))


class Trial:
    """One act, on a node of its own."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        from tests.actions.sample import samples

        from comity.node.models import Officer
        from comity.node.service.handle import command_service
        from comity.node.site.actions import ACTIONS
        from comity.node.site.wiring import connect

        connect()
        self.action = next(one for one in ACTIONS if one.name == job["action"])
        sample = samples()[job["action"]]
        self.file = Path(job["database"])
        self.service = command_service()
        made = {**job["things"]}
        made |= sample.first(made)
        said = dict(sample.said(made))
        model = self.action.input
        self.call_of(
            officer=Officer.objects.get(user__username=sample.who),
            place=dict(sample.place(made)),
            input=model(**said) if model is not None else None,
            service=self.service,
        )

    def call_of(self, **told: Any) -> None:
        from comity.node.actions.action import ActionCall

        self.call = ActionCall(**told)

    def rows(self) -> dict[str, list[str]]:
        """Return every row of every table, as another connection sees them."""
        with closing(sqlite3.connect(self.file)) as database:
            names = [
                name
                for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            return {
                name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"')))  # noqa: S608
                for name in names
            }

    def audited(self) -> list[str]:
        """Return the words of all audit rows, the oldest first."""
        from comity.node.models import AuditRow

        return list(AuditRow.objects.order_by("pk").values_list("action", flat=True))

    def done(self) -> dict[str, Any]:
        """Do it: its audit row is there, and its answer fits the output."""
        from comity.node.actions.perform import perform

        before = len(self.audited())
        made = perform(self.action, self.call)
        new = self.audited()[before:]
        fits = True
        if self.action.output is not None:
            value = self.action.answer(self.call, made) if self.action.answer else made
            self.action.output.model_validate(value, from_attributes=True)
        return {"audited": sorted(set(new) & set(self.action.audit)), "fits": fits}

    def without_right(self) -> dict[str, Any]:
        """Try it as each role that lacks the right: refused, and nothing is written."""
        from comity.node.actions.perform import RightLackingError, perform
        from comity.node.models import Officer
        from comity.node.people.permissions import may

        before, refused, let_in = self.rows(), 0, []
        for officer in Officer.objects.select_related("user").filter(user__is_active=True):
            if may(officer, self.action.right):
                continue
            try:
                perform(self.action, replace(self.call, officer=officer))
            except RightLackingError:
                refused += 1
            else:
                let_in.append(officer.role)
        changed = self.changed(before, but="access.refused")
        return {"refused": refused, "let_in": let_in, "changed": changed}

    def foreign(self) -> dict[str, Any]:
        """Name what is not there, or another's: refused in words, and nothing is written."""
        found: dict[str, Any] = {}
        before = self.rows()
        for name, value in self.call.place.items():
            other: Any = 2**40 if isinstance(value, int) else _other(str(value))
            place = {**self.call.place, name: other}
            found[name] = self.outcome(replace(self.call, place=place))
        return {"refused": found, "changed": self.changed(before, but="access.refused")}

    def outcome(self, call: Any) -> str:
        """Return how a call ends: the code of a refusal, ``done``, or the name of a fault."""
        from django.core.exceptions import ObjectDoesNotExist
        from django.http import Http404

        from comity.canonical import ComityError
        from comity.node.actions.perform import perform

        try:
            perform(self.action, call)
        except ComityError as fault:
            known = isinstance(fault, self.action.errors)
            return fault.code if known else f"{fault.code} is not among the row's errors"
        except (Http404, ObjectDoesNotExist):
            return "not-here"
        return "done"

    def falls_before(self) -> dict[str, Any]:
        """Fall before the commit: nothing of it is left."""
        before = self.rows()
        reached = self.fall_at("before-commit")
        return {"reached": reached, "changed": self.changed(before)}

    def falls_after(self) -> dict[str, Any]:
        """Fall after the commit: all of it is there, its audit row too."""
        before = len(self.audited())
        reached = self.fall_at("after-commit")
        new = set(self.audited()[before:]) & set(self.action.audit)
        return {"reached": reached, "audited": sorted(new)}

    def fall_at(self, moment: str) -> bool:
        from comity.node.actions.perform import FAILPOINT, perform

        def fall(name: str) -> None:
            if name == moment:
                raise Fall

        token = FAILPOINT.set(fall)
        try:
            perform(self.action, self.call)
        except Fall:
            return True
        finally:
            FAILPOINT.reset(token)
        return False

    def twice(self) -> dict[str, Any]:
        """Do it twice at once: each is done and audited, or refused in words."""
        from django.db import connection

        before = len(self.audited())
        gate, ends = threading.Barrier(2), list[str]()

        def go() -> None:
            gate.wait()
            try:
                ends.append(self.outcome(self.call))
            except Exception as fault:  # noqa: BLE001 - told
                ends.append(f"{type(fault).__name__}: {fault}")
            finally:
                connection.close()

        threads = [threading.Thread(target=go) for _ in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        new = [word for word in self.audited()[before:] if word in self.action.audit]
        return {"ends": sorted(ends), "audited": len(new)}

    def overtaken(self) -> dict[str, Any]:
        """Let the same call be done whole, a second later, just before this one's transaction."""
        clock: Any = importlib.import_module("comity.node.core.clock")

        class Later(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return super().now(tz) + timedelta(seconds=2)

        committer: Any = self.service.committer
        other, run = list[str](), committer.run

        def after_the_other(work: Any) -> Any:
            committer.run = run
            clock.datetime = Later
            other.append(self.outcome(replace(self.call, at=clock.now())))
            return run(work)

        committer.run = after_the_other
        ends = [self.outcome(self.call), *other]
        return {"reached": len(ends) == 2, "ends": sorted(ends)}

    def changed(self, before: Mapping[str, list[str]], but: str = "") -> list[str]:
        """Return the tables that are not as they were, rows with a word left out."""
        after = self.rows()
        return [
            name
            for name in after
            if not (but and name == "sqlite_sequence")  # counts the rows that are left out
            and [one for one in after[name] if not but or but not in one] != before.get(name, [])
        ]


def _other(value: str) -> str:
    """Return an identifier of the same form that names nothing here."""
    if value.startswith("sha256:"):
        return "sha256:" + "0" * 64
    digits = [at for at, char in enumerate(value) if char.isdigit()]
    if not digits:
        return f"{value}-other"
    at = digits[-3:][0]  # the number after the last may be one of this office too
    return value[:at] + str((int(value[at]) + 1) % 10) + value[at + 1 :]


if __name__ == "__main__":
    main()

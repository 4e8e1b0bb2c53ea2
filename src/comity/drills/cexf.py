"""A scenario as an exercise in the Common Exercise Format, as far as it goes, and the rest said.

That format is one JSON object in one language: an exercise, injects with payloads, the flow that
brings them, and evaluations. It knows no conversation between States, no characters, no points for
deeds; each thing that finds no place in it is one line of the rest.

Source: Common Exercise Format, format description (MISP project).
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from comity.drills.answers import right_answers
from comity.drills.exhibits import exhibit_bytes, exhibit_name
from comity.drills.model import Inject, Scenario, Task
from comity.drills.texts import say

ACTION: Final = "email_to_participants"
NAMESPACE: Final = "comity"
START: Final = "startex"
MAX_PAYLOAD_BYTES: Final = 512 * 1024
"""Of an exhibit that goes along; larger ones are named in the rest."""


def to_cexf(scenario: Scenario, lang: str) -> tuple[dict[str, Any], list[str]]:
    """Return a scenario in the Common Exercise Format, and in English what it has no place for.

    Args:
        scenario: sound.
        lang: of the texts; what it lacks comes in English.
    """
    plan, writer = scenario.plan, _Writer(scenario, lang)
    value = {
        "exercise": {
            "description": writer.text("about"),
            "expanded": writer.text("story"),
            "meta": {
                "begins": plan.begins.isoformat().replace("+00:00", "Z"),
                "edition": scenario.digest,
                "language": lang,
                "name": plan.name,
                "roles": [f"{key}: {writer.text(f'roles.{key}.title')}" for key in plan.roles],
                "treaty": plan.treaty,
            },
            "name": writer.text("title"),
            "namespace": NAMESPACE,
            "tags": [],
            "total_duration": str(plan.minutes * 60),
            "uuid": uuid_of(plan.name, "exercise"),
            "version": str(plan.version),
        },
        "inject_flow": [writer.flow(one) for one in plan.injects.values()],
        "inject_payloads": list(writer.payloads()),
        "injects": [writer.inject(one) for one in plan.injects.values()],
    }
    return value, list(writer.rest())


def uuid_of(name: str, thing: str) -> str:
    """Return the UUID, of version 4's form, that a thing of a scenario has at every export."""
    data = bytearray(hashlib.sha256(f"{NAMESPACE} {name} {thing}".encode()).digest()[:16])
    data[6], data[8] = data[6] & 0x0F | 0x40, data[8] & 0x3F | 0x80
    hexed = data.hex()
    return "-".join((hexed[:8], hexed[8:12], hexed[12:16], hexed[16:20], hexed[20:]))


class _Writer:
    def __init__(self, scenario: Scenario, lang: str) -> None:
        self.scenario, self.plan, self.lang = scenario, scenario.plan, lang

    def text(self, key: str) -> str:
        return say(self.plan, self.scenario.texts, key, self.lang)[0]

    def uuid(self, thing: str) -> str:
        return uuid_of(self.plan.name, thing)

    def flow(self, inject: Inject) -> dict[str, Any]:
        step: dict[str, Any] = {
            "description": self.text(f"injects.{inject.key}.title"),
            "inject_uuid": self.uuid(f"inject {inject.key}"),
            "reporting_callback": [],
            "requirements": {},
            "sequence": {
                "completion_trigger": [],
                "followed_by": [],
                "trigger": [],
            },
            "timing": {"triggered_at": None},
        }
        if inject.minute is not None:
            step["timing"]["triggered_at"] = inject.minute * 60
            step["sequence"]["trigger"] = [START] if inject.minute == 0 else []
        elif task := self._task_of(inject):
            step["requirements"] = {
                "inject_uuid": self.uuid(f"inject {task.opens}"),
                "resolution_requirement": self.text(f"tasks.{task.key}.ask"),
            }
        step["sequence"]["followed_by"] = [
            self.uuid(f"inject {one.key}")
            for one in self.plan.injects.values()
            if (task := self._task_of(one)) and task.opens == inject.key
        ]
        return step

    def _task_of(self, inject: Inject) -> Task | None:
        """Return the task whose right answer brings an inject, if that is what brings it."""
        trigger = self.plan.triggers.get(inject.trigger)
        if trigger is None or trigger.when != "done" or trigger.did.kind != "answered":
            return None
        task = self.plan.tasks[trigger.did.names["task"]]
        is_right = trigger.did.names.get("right") == "yes"
        return task if task.opens and is_right and not inject.delay_minutes else None

    def inject(self, inject: Inject) -> dict[str, Any]:
        return {
            "action": ACTION,
            "action_payload_resource_uuid": self.uuid(f"payload {inject.key}"),
            "inject_evaluation": [
                {
                    "parameters": [
                        {
                            "answer": {
                                "comparison": "equals",
                                "values": sorted(right_answers(self.scenario, task)),
                            }
                        }
                    ],
                    "result": self.text(f"tasks.{task.key}.ask"),
                    "score_range": [0, task.points],
                }
                for task in self.plan.tasks.values()
                if task.opens == inject.key
            ],
            "name": self.text(f"injects.{inject.key}.title"),
            "uuid": self.uuid(f"inject {inject.key}"),
        }

    def payloads(self) -> Iterator[dict[str, Any]]:
        for key in self.plan.injects:
            text = self.text(f"injects.{key}.text").encode()
            yield self._file(f"payload {key}", key, f"{key}.txt", text)
        for key, exhibit in self.plan.exhibits.items():
            data = exhibit_bytes(self.scenario, exhibit)
            if data is not None and len(data) <= MAX_PAYLOAD_BYTES:
                yield self._file(f"exhibit {key}", key, exhibit_name(self.scenario, exhibit), data)

    def _file(self, thing: str, name: str, filename: str, data: bytes) -> dict[str, Any]:
        content = base64.b64encode(data).decode("ascii")
        return {
            "name": name,
            "parameters": {"content": content, "content-type": "base64", "filename": filename},
            "type": "file",
            "uuid": self.uuid(thing),
        }

    def rest(self) -> Iterator[str]:
        """Yield what has no place there."""
        plan = self.plan
        others = sorted(set(self.scenario.texts) - {self.lang})
        if others:
            yield f"texts: one language goes out; left here: {', '.join(others)}"
        yield "inject: target_tool is left out; the format knows MISP and Suricata alone"
        for key, inject in plan.injects.items():
            yield from (f"inject {key}: {told}" for told in self._inject_rest(inject))
        for key, exhibit in plan.exhibits.items():
            if len(exhibit_bytes(self.scenario, exhibit) or b"") > MAX_PAYLOAD_BYTES:
                yield f"exhibit {key}: larger than {MAX_PAYLOAD_BYTES} bytes, left here"
        for key, trigger in plan.triggers.items():
            if not any(self._task_of(i) for i in plan.injects.values() if i.trigger == key):
                told = f"{trigger.when}, {trigger.did.kind}"
                yield f"trigger {key}: what players do or fail to do brings nothing ({told})"
        for key, task in plan.tasks.items():
            if not task.opens:
                yield f"task {key}: comes with no inject, so it has no evaluation"
            yield f"task {key}: kind {task.kind}, {task.tries} tries and cite {task.cite[0]}"
        counted: Mapping[str, Mapping[str, Any]] = {
            "role": plan.roles, "party": plan.parties, "thread": plan.threads,
            "hint": plan.hints, "score": plan.scores, "good": plan.good, "debrief": plan.debrief,
        }  # fmt: skip
        for kind, things in counted.items():
            yield from (f"{kind} {key}: {_NO_PLACE[kind]}" for key in things)
        if plan.test:
            yield f"test: nobody is asked before and after; left here: {len(plan.test)} questions"

    def _inject_rest(self, inject: Inject) -> Iterator[str]:
        yield f"kind {inject.kind} becomes {ACTION}"
        if inject.sender:
            yield f"comes from {inject.sender}"
        if inject.to:
            yield f"goes to {', '.join(inject.to)} alone"
        if inject.thread:
            yield f"is {inject.type} in conversation {inject.thread}"
        if inject.exhibit:
            yield f"shows exhibit {inject.exhibit}; its payload is listed, and not referenced"
        if inject.trigger and self._task_of(inject) is None:
            yield f"comes by trigger {inject.trigger}; without a time there"
        if inject.loss:
            yield "something is lost for good when it comes"


_NO_PLACE: Final[Mapping[str, str]] = {
    "role": "named in meta; nothing is given to one role alone",
    "party": "nobody in the story has a place",
    "thread": "there are no conversations",
    "hint": "there are no hints",
    "score": "there are no points for deeds",
    "good": "there is no ideal timeline",
    "debrief": "there is no talk afterwards",
}

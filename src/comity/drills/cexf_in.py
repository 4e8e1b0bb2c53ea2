"""An exercise in the Common Exercise Format as a new scenario to go on with, and the rest said.

What comes in is a skeleton: it can be read and rehearsed, English is complete, and each thing that
found no place is one line. Nothing of a payload is run, opened or fetched.

Source: Common Exercise Format, format description (MISP project).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from comity.canonical import ComityError, decode_loose
from comity.drills.blank import blank
from comity.drills.cexf_parts import (
    ACTIONS,
    KNOWN,
    PARTS,
    answers_of,
    awaited,
    decoded,
    key_of,
    list_of,
    member,
    number_of,
    why,
)
from comity.drills.editing import with_plan, with_texts
from comity.drills.errors import DrillCexfError, DrillError
from comity.drills.kinds import MINUTES
from comity.drills.parse import FILE
from comity.drills.reading import MAX_BYTES, MAX_FILES
from comity.drills.texts import check_exhibit, check_text
from comity.drills.values import MAX_POINTS
from comity.instruments.model import LANGUAGES
from comity.instruments.toml import parse_toml
from comity.instruments.words import ENGLISH

MAX_CEXF_BYTES: Final = 8 * 1024 * 1024
MAX_INJECTS: Final = 200
_CITE: Final = "54"
"""Training and technical assistance: until a person names the article that the task is about."""


def from_cexf(data: bytes, name: str) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a new scenario, and in English what had no place in it.

    Args:
        data: untrusted.
        name: of the new scenario.

    Raises:
        DrillCexfError: no exercise in the Common Exercise Format.
        DrillError: the name is none.
    """
    if len(data) > MAX_CEXF_BYTES:
        raise DrillCexfError(f"an exercise has at most {MAX_CEXF_BYTES} bytes")
    try:
        value = decode_loose(data, max_bytes=MAX_CEXF_BYTES)
    except ComityError as fault:
        raise DrillCexfError(f"no JSON object that can be read: {fault}") from fault
    if not isinstance(value, dict):
        raise DrillCexfError("no JSON object")
    for part, kind in PARTS.items():
        if not isinstance(value.get(part), kind):
            raise DrillCexfError(f"{part} is missing, or of the wrong kind")
    if not 1 <= len(value["injects"]) <= MAX_INJECTS:
        raise DrillCexfError(f"an exercise here has 1 to {MAX_INJECTS} injects")
    return _Reader(value, name).read()


@dataclass
class _Reader:
    value: Mapping[str, Any]
    name: str
    rest: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    exhibits: dict[str, bytes] = field(default_factory=dict)
    injects: list[dict[str, Any]] = field(default_factory=list)
    triggers: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    shown: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    results: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self) -> tuple[dict[str, bytes], list[str]]:
        base = blank(self.name)
        table = parse_toml(base[FILE])
        self._exercise(table["scenario"])
        for part in sorted(set(self.value) - set(PARTS)):
            self.rest.append(f"{part[:64]!a}: no part of the format")
        payloads = self._payloads()
        for number, one in enumerate(self.value["injects"], 1):
            self._inject(number, one, payloads)
        self._flow(table["scenario"]["minutes"])
        made: dict[str, Any] = {
            "scenario": table["scenario"],
            "role": [{"key": "team"}],
            "party": [{"key": "us", "kind": "operator", "played": "team"}],
            "exhibit": self.shown,
            "inject": self.injects,
            "trigger": self.triggers,
            "task": self.tasks,
        }
        self.rest.append(
            "role, party: one of each was made up; name who plays, and who else is there"
        )
        files = {FILE: b""} | {f"exhibits/{name}": data for name, data in self.exhibits.items()}
        files = with_plan(files, {kind: rows for kind, rows in made.items() if rows})
        texts = self.texts | {
            "roles.team.title": "Team",
            "roles.team.about": "Everybody who plays.",
            "parties.us": "Your team",
        }
        files = with_texts(files, ENGLISH, texts)
        for lang in LANGUAGES:
            files.setdefault(f"texts/{lang}.toml", b"")
        return files, self.rest

    # -------------------------------------------------------------- the exercise

    def _exercise(self, head: dict[str, Any]) -> None:
        said = self.value["exercise"]
        self._foreign("exercise", said, "exercise")
        for key, name in (("title", "name"), ("about", "description"), ("story", "expanded")):
            fallback = str(said.get("name") or self.name)
            self.texts[key] = self._text(f"exercise {name}", said.get(name) or fallback, fallback)
        seconds = number_of(said.get("total_duration"))
        minutes = -(-seconds // 60) if seconds is not None else 60
        head["minutes"] = min(max(minutes, MINUTES[0]), MINUTES[1])
        if seconds is None or head["minutes"] * 60 != seconds:
            told = f"total_duration {str(said.get('total_duration'))[:32]!a}"
            self.rest.append(f"exercise: {told} became {head['minutes']} minutes")
        for name in ("meta", "namespace", "tags", "uuid", "valid_until", "version"):
            if said.get(name):
                self.rest.append(f"exercise {name}: has no place here")

    def _payloads(self) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for number, one in enumerate(self.value["inject_payloads"], 1):
            if not isinstance(one, dict) or not isinstance(one.get("uuid"), str):
                self.rest.append(f"payload {number}: without a uuid nothing refers to it; left out")
                continue
            self._foreign(f"payload {number}", one, "payload")
            found[one["uuid"]] = one
        used = {
            one.get("action_payload_resource_uuid")
            for one in self.value["injects"]
            if isinstance(one, dict)
        }
        for uuid, one in found.items():
            if uuid not in used:
                told = str(one.get("name"))[:64]
                self.rest.append(f"payload {told!a}: no inject uses it; left out")
        return found

    def _foreign(self, place: str, said: Mapping[str, Any], kind: str) -> None:
        for name in sorted(set(said) - KNOWN[kind]):
            self.rest.append(f"{place}: member {name[:64]!a} has no place here")

    # -------------------------------------------------------------- injects

    def _inject(self, number: int, said: Any, payloads: Mapping[str, Mapping[str, Any]]) -> None:
        place = f"inject {number}"
        if not isinstance(said, dict) or not isinstance(said.get("uuid"), str):
            self.rest.append(f"{place}: has no uuid; left out")
            return
        if said["uuid"] in self.keys:
            self.rest.append(f"{place}: its uuid is there already; left out")
            return
        key = key_of(str(said.get("name", "")), set(self.keys.values()), f"inject-{number}")
        self.keys[said["uuid"]] = key
        self._foreign(place, said, "inject")
        action = str(said.get("action"))
        row: dict[str, Any] = {"key": key, "kind": ACTIONS.get(action, "note")}
        if action != "email_to_participants":
            self.rest.append(
                f"{place}: action {action[:64]!a} became a {row['kind']}; nothing is done"
            )
        if said.get("target_tool"):
            told = str(said["target_tool"])[:64]
            self.rest.append(f"{place}: target_tool {told!a}: no tool is asked here")
        title = str(said.get("name") or key)
        self.texts[f"injects.{key}.title"] = self._text(f"{place} name", title, key)
        payload = payloads.get(str(said.get("action_payload_resource_uuid")))
        self.texts[f"injects.{key}.text"] = self._told(place, key, title, payload, row)
        self.injects.append(row)
        self._evaluations(place, key, said.get("inject_evaluation"))

    def _told(
        self,
        place: str,
        key: str,
        title: str,
        payload: Mapping[str, Any] | None,
        row: dict[str, Any],
    ) -> str:
        """Return the text of an inject; what is no text of ours becomes an exhibit, or is said."""
        if payload is None:
            self.rest.append(f"{place}: has no payload that is here; its title became its text")
            return self._text(place, title, key)
        parameters = payload.get("parameters")
        if not isinstance(parameters, dict):
            self.rest.append(f"{place}: its payload has no parameters; its title became its text")
            return self._text(place, title, key)
        if payload.get("type") != "file" or not isinstance(parameters.get("content"), str):
            lines = [f"{name}: {one}" for name, one in sorted(parameters.items())]
            self.rest.append(f"{place}: its payload became words; nothing is connected or fetched")
            return self._text(place, "\n".join([title, *lines]), title)
        text = decoded(parameters)
        if text is None:
            self.rest.append(f"{place}: its file is no text in UTF-8; left out")
            return self._text(place, title, key)
        try:
            check_text(text, file="", key=key)
        except DrillError:
            return self._shown_beside(place, key, title, text, row)
        return text if text.strip() else self._text(place, title, key)

    def _shown_beside(
        self, place: str, key: str, title: str, text: str, row: dict[str, Any]
    ) -> str:
        try:
            check_exhibit(text, file="")
        except DrillError as fault:
            self.rest.append(f"{place}: its file cannot be shown, it {why(fault)}; left out")
            return self._text(place, title, key)
        name = f"{key[:48].lower()}.txt"
        if len(text.encode()) > MAX_BYTES or len(self.exhibits) > MAX_FILES // 2:
            self.rest.append(f"{place}: its file is too large, or there are too many; left out")
            return self._text(place, title, key)
        self.exhibits[name] = text.encode()
        self.shown.append({"key": key, "form": "text", "files": [name]})
        row["exhibit"] = key
        self.rest.append(f"{place}: its file became the exhibit {name}")
        return self._text(place, title, key)

    def _evaluations(self, place: str, key: str, said: Any) -> None:
        for number, one in enumerate(said if isinstance(said, list) else [], 1):
            at = f"{place} evaluation {number}"
            if not isinstance(one, dict):
                self.rest.append(f"{at}: is no object; left out")
                continue
            answers = answers_of(one.get("parameters"))
            points = one.get("score_range")
            worth = points[-1] if isinstance(points, list) and points else 0
            if not answers or type(worth) is not int or not 1 <= worth <= MAX_POINTS:
                self.rest.append(f"{at}: is nothing that one answer shows; left out")
                continue
            task = f"{key[:48]}-{number}"
            result = str(one.get("result") or task)
            fallback = "What is to be named?"
            self.texts[f"tasks.{task}.ask"] = self._text(f"{at} result", result, fallback)
            self.texts[f"tasks.{task}.learn"] = (
                "Any of these was right: " + ", ".join(answers) + "."
            )
            try:
                check_text(self.texts[f"tasks.{task}.learn"], file="", key=task)
            except DrillError as fault:
                del self.texts[f"tasks.{task}.ask"], self.texts[f"tasks.{task}.learn"]
                self.rest.append(f"{at}: its values {why(fault)}; left out")
                continue
            row = {"key": task, "kind": "text", "points": worth, "cite": [_CITE], "opens": key}
            self.tasks.append({**row, "answers": answers})
            self.results[key, result] = task
            told = "there it is asked of a tool, here of people, and any value will do"
            self.rest.append(f"{at}: became a question; {told}; cites Article {_CITE} for now")

    # -------------------------------------------------------------- the flow

    def _flow(self, minutes: int) -> None:
        rows = {row["key"]: row for row in self.injects}
        before: dict[str, str] = {}
        for one in self.value["inject_flow"]:
            for uuid in list_of(member(one, "sequence").get("followed_by")):
                if uuid in self.keys and isinstance(one, dict):
                    before.setdefault(
                        self.keys[uuid], self.keys.get(str(one.get("inject_uuid")), "")
                    )
        for number, one in enumerate(self.value["inject_flow"], 1):
            place = f"flow {number}"
            key = self.keys.get(str(one.get("inject_uuid"))) if isinstance(one, dict) else None
            if key is None or {"minute", "trigger"} & rows[key].keys():
                self.rest.append(f"{place}: names no inject, or one that comes already; left out")
                continue
            self._step(place, one, rows[key], before.get(key, ""), minutes)
        for key, row in rows.items():
            if not {"minute", "trigger"} & row.keys():
                row["minute"] = 0
                self.rest.append(f"inject {key}: no flow brings it; it comes at the beginning")
        self._unring(rows)

    def _step(
        self, place: str, said: Mapping[str, Any], row: dict[str, Any], before: str, minutes: int
    ) -> None:
        self._foreign(place, said, "flow")
        if said.get("reporting_callback"):
            self.rest.append(f"{place}: reporting_callback: nothing is called")
        sequence, needs = member(said, "sequence"), member(said, "requirements")
        if sequence.get("completion_trigger"):
            self.rest.append(f"{place}: completion_trigger: an inject ends by nothing here")
        seconds = number_of(member(said, "timing").get("triggered_at"))
        needed = self.keys.get(str(needs.get("inject_uuid")), "")
        if seconds is not None:
            row["minute"] = min(seconds // 60, minutes)
            if row["minute"] * 60 != seconds:
                self.rest.append(f"{place}: {seconds} seconds became minute {row['minute']}")
            if needed:
                self.rest.append(f"{place}: requirements: it has a time, which is what counts")
            return
        if needed and needed != row["key"]:
            self._after(place, row, needed, str(needs.get("resolution_requirement", "")))
        elif "startex" in list_of(sequence.get("trigger")):
            row["minute"] = 0
        elif before:
            self._after(place, row, before, "")
        else:
            row["minute"] = 0
            self.rest.append(f"{place}: nothing says when it comes; it comes at the beginning")

    def _after(self, place: str, row: dict[str, Any], before: str, result: str) -> None:
        """Let an inject come once something was done about another."""
        task = self.results.get((before, result))
        did: dict[str, str] = {"kind": "acknowledged", "inject": before}
        if task:
            did = {"kind": "answered", "task": task, "right": "yes"}
        elif result:
            told = f"requirement {result[:64]!a} became: the inject before was acknowledged"
            self.rest.append(f"{place}: {told}")
        key = f"after-{row['key'][:48]}"
        self.triggers.append({"key": key, "when": "done", "did": did})
        row["trigger"] = key

    def _unring(self, rows: Mapping[str, dict[str, Any]]) -> None:
        """Let what waits for itself come at the beginning."""
        waits = {one["key"]: awaited(one["did"], self.tasks) for one in self.triggers}
        reached = {key for key, row in rows.items() if "minute" in row}
        while True:
            more = {k for k, r in rows.items() if waits.get(r.get("trigger", "")) in reached}
            if not more - reached:
                break
            reached |= more
        for key in [one for one in rows if one not in reached]:
            gone = rows[key].pop("trigger")
            rows[key]["minute"] = 0
            self.triggers = [one for one in self.triggers if one["key"] != gone]
            self.rest.append(f"inject {key}: waits for itself; it comes at the beginning")

    def _text(self, place: str, text: str, fallback: str) -> str:
        """Return a text that may stand here, else another; that is said."""
        try:
            check_text(str(text), file="", key=place)
        except DrillError as fault:
            self.rest.append(f"{place}: {why(fault)}; left out")
            text = re.sub(r"[^\w .,:-]", " ", str(fallback))[:200]
        return str(text) if str(text).strip() else "-"

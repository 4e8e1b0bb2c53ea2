"""The command `comity law gaps`: what a State still needs on its way to being bound."""

from pathlib import Path
from typing import Any

import click

from comity.canonical import MisuseError
from comity.cli.law_common import (
    FILE,
    LANG,
    bounded,
    instrument_of,
    law_command,
    laws_of,
    show_json,
    title,
)
from comity.cli.law_frame import frame
from comity.cli.law_say import head, say
from comity.cli.law_shown import sourced
from comity.cli.options import AS_JSON
from comity.instruments import LANGUAGES, Instrument, Library
from comity.instruments.library import MAX_BYTES
from comity.instruments.notification import notification_pack, pack_text
from comity.instruments.ratification import (
    KINDS,
    Answers,
    Gap,
    Ratification,
    parse_answers,
    ratification_of,
)
from comity.instruments.ratification import gaps as gaps_of
from comity.instruments.state_names import state_names
from comity.papers.visible import visible


@click.command()
@click.argument("instrument")
@click.option("--answers", "file", type=FILE, help="What the State has dealt with, in TOML.")
@click.option("--open", "only_open", is_flag=True, help="Only what is still to do.")
@click.option("--draft", is_flag=True, help="Print the draft of the notification instead.")
@LANG
@AS_JSON
@law_command
def gaps(
    instrument: str,
    *,
    file: Path | None,
    only_open: bool,
    draft: bool,
    lang: str,
    folders: tuple[Path, ...],
    as_json: bool,
) -> None:
    """List what a State still needs to apply INSTRUMENT.

    With --answers, what is done and what is open. Nothing here says that a provision is good
    enough; a lawyer does.
    """
    laws = laws_of(folders)
    one = instrument_of(laws, instrument)
    needs = ratification_of(laws, one)
    if needs is None:
        raise MisuseError(f"{one.key} lists no needs")
    answers = Answers("", organization=False, items={})
    if file is not None:
        answers = parse_answers(bounded(file, MAX_BYTES), needs)
    elif draft:
        raise MisuseError("--draft needs --answers: who notifies what")
    if draft:
        _draft(laws, one, needs, answers, lang, as_json=as_json)
        return
    found = [gap for gap in gaps_of(needs, answers) if gap.open or not only_open]
    if as_json:
        show_json({"instrument": one.key, "items": [_value(gap, needs, lang) for gap in found]})
        return
    told = frame(lang)
    say(title(laws, one, lang))
    for kind in KINDS:
        chosen = [gap for gap in found if gap.item.kind == kind]
        if chosen:
            head(told(f"gaps.{kind}"))
        for gap in chosen:
            _say(laws, gap, needs, lang)
    click.echo()
    say(told("gaps.left", open=sum(gap.open for gap in found), all=len(needs.items)))


def _draft(
    laws: Library,
    one: Instrument,
    needs: Ratification,
    answers: Answers,
    lang: str,
    *,
    as_json: bool,
) -> None:
    pack = notification_pack(one.key, needs, answers)
    if as_json:
        show_json(pack.value())
        return
    for line in pack_text(pack, needs, state_names(laws), lang).splitlines():
        click.echo(visible(line))


def _say(laws: Library, gap: Gap, needs: Ratification, lang: str) -> None:
    item, told = gap.item, frame(lang)
    english = "" if lang in LANGUAGES else " [en]"  # an office's own language has no such words
    say(needs.text(item.key, lang) + english, indent=2, mark=f"{item.key}  ")
    status = told.code("gap-status", gap.status)
    if gap.status == "done" and gap.answer.where:
        status += f": {told.apart(gap.answer.where)}"
    recipient = item.to if lang == "en" else needs.word(item.to, lang) if item.to else ""
    to = told("gaps.told", to=recipient) if item.to else ""
    place = sourced(laws, item.cite, item.confidence, lang)
    say(told.joined([status, place, to]), indent=4 + len(item.key))


def _value(gap: Gap, needs: Ratification, lang: str) -> dict[str, Any]:
    return {
        "cite": list(gap.item.cite),
        "confidence": gap.item.confidence,
        "key": gap.item.key,
        "kind": gap.item.kind,
        "open": gap.open,
        "status": gap.status,
        "text": needs.text(gap.item.key, lang),
        "to": gap.item.to,
        "where": gap.answer.where,
    }

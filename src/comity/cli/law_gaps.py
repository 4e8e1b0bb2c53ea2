"""The command `comity law gaps`: what a State still needs on its way to being bound."""

from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.law_common import (
    FILE,
    LANG,
    bounded,
    cited,
    instrument_of,
    law_command,
    laws_of,
    show_json,
    title,
)
from comity.cli.law_shown import head, say
from comity.cli.office import AS_JSON
from comity.instruments import Instrument, Library
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

_HEADS: Final = {
    "law": "domestic law has to say it",
    "authority": "a body has to be named",
    "notice": "somebody has to be told",
    "choice": "reservations and declarations that may be made",
}


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
    """List what a State needs for INSTRUMENT: laws, authorities, notices, choices.

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
    say(title(laws, one, lang))
    for kind in KINDS:
        chosen = [gap for gap in found if gap.item.kind == kind]
        if chosen:
            head(_HEADS[kind])
        for gap in chosen:
            _say(gap, needs, lang)
    click.echo()
    say(f"{sum(gap.open for gap in found)} of {len(needs.items)} are still to do")


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


def _say(gap: Gap, needs: Ratification, lang: str) -> None:
    item = gap.item
    say(needs.text(item.key, lang), indent=2, mark=f"{item.key}  ")
    to = f"; told to the {item.to}" if item.to else ""
    where = f": {gap.answer.where}" if gap.status == "done" and gap.answer.where else ""
    say(
        f"{gap.status}{where}; {cited(item.cite)}; confidence: {item.confidence}{to}",
        indent=4 + len(item.key),
    )


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

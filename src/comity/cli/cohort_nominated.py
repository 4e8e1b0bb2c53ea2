"""Nominations of other States from the command line: into a cohort, and the answer to them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError, encode
from comity.cli.answers import Answer, local_command
from comity.cli.cohort_common import (
    COHORT,
    OF_COURSE,
    course_of,
    problem_lines,
    problems_value,
    read_cohort,
    write_cohort,
)
from comity.cli.office import session
from comity.cli.options import HERE, NEW

if TYPE_CHECKING:
    from comity.papers.letter_record import LetterRecord

_TYPE: Final = "training.nominated"
_ANSWER: Final = "training.answered"
_NODE: Final = click.option(
    "--node", "url", envvar="COMITY_NODE", help="Address of your node; default: COMITY_NODE."
)
_TOKEN: Final = click.option(
    "--token-file",
    type=HERE,
    envvar="COMITY_TOKEN_FILE",
    help="Your API token; default: COMITY_TOKEN_FILE.",
)


@click.command()
@COHORT
@click.argument("message", metavar="MESSAGE")
@click.option("--places", type=click.IntRange(0), help="People of this conversation, at most.")
@click.option("--function", default="", help="For people without one that is a key.")
@click.option("--language", default="", help="For people without one of the course.")
@click.option("--also", multiple=True, type=int, help="Number of another person of a same name.")
@click.option("--exercise", is_flag=True, help="The message is of an exercise, and so is COHORT.")
@OF_COURSE
@_NODE
@_TOKEN
@local_command
def nominated(
    file: Path,
    message: str,
    *,
    exercise: bool,
    folder: str | None,
    url: str | None,
    token_file: Path | None,
    **wish: Any,
) -> Answer:
    """Import the nominees of MESSAGE into COHORT; report invalid ones.

    MESSAGE is a file by `comity case record`, or the message's content digest: then your node is
    asked, which has checked who signed it; of a file, nothing is checked here. With --places the
    others join the waiting list; give the message again when places come free. Exit status: 0
    all are taken or wait; 1 some are not valid.
    """
    from comity.cli.course import function_key
    from comity.training.cohort import Nomination
    from comity.training.errors import CourseUnknownError, NominationMessageError
    from comity.training.nominated import Nominee, Wish, take_nominations

    before = read_cohort(file)
    course = course_of(before, folder)
    if wish["language"] and wish["language"] not in course.languages:
        raise CourseUnknownError(f"the course is in {', '.join(course.languages)}")
    function_key(wish["function"])
    record = _record(message, url, token_file)
    draft = record.message.draft
    if draft.type != _TYPE or draft.conversation is None:
        raise NominationMessageError(f"it is {draft.type}, and {_TYPE} nominates people")
    if (record.mode == "exercise") is not exercise:
        raise NominationMessageError(f"it is of mode {record.mode}: see --exercise")
    said: Any = record.bodies["nominations"]
    found = take_nominations(
        before,
        course,
        Nomination(
            party=draft.author,
            conversation=draft.conversation,
            content=record.message.content,
            outcomes={},
        ),
        [
            Nominee(number=o.number, name=o.name, function=o.function, language=o.language)
            for o in said.nominees
        ],
        Wish(**wish),
    )
    write_cohort(file, found.cohort)
    waiting = sum(one == "waiting-list" for one in found.nomination.outcomes.values())
    content = found.nomination.content
    told = {"added": found.added, "message": content, "waiting": waiting}
    return Answer(
        {**told, "party": draft.author, "problems": problems_value(found.problems)},
        [
            *problem_lines(draft.author, found.problems),
            f"{found.added} of {draft.author} added, {waiting} waiting,"
            f" {len(found.problems)} do not fit",
            f"Next: comity cohort answer {file} {content}",
        ],
        status=int(bool(found.problems)),
    )


@click.command()
@COHORT
@click.argument("message", metavar="MESSAGE")
@click.option(
    "--outcome",
    "pairs",
    multiple=True,
    metavar="NUMBER=OUTCOME",
    help="Decide about a person: accepted, waiting-list, declined. May be repeated.",
)
@click.option("-o", "--output", type=NEW, help="New file: section nomination-answers.")
@click.option("--draft", "drafting", is_flag=True, help="Draft the answer at your node.")
@_NODE
@_TOKEN
@local_command
def answer(
    file: Path,
    message: str,
    *,
    pairs: tuple[str, ...],
    output: Path | None,
    drafting: bool,
    url: str | None,
    token_file: Path | None,
) -> Answer:
    """Answer the nominations in MESSAGE with their results.

    With --draft your node drafts it: an officer signs, and you send it. With -o the section is
    written for `comity draft new`. No one is answered before all are decided.
    """
    from comity.files.publish import write_file
    from comity.training.nominated import answers, nomination_of, with_outcomes

    if drafting is (output is not None):
        raise MisuseError("give --draft, or -o with a file")
    kept = with_outcomes(read_cohort(file), message, _outcomes(pairs))
    section, nomination = answers(kept, message), nomination_of(kept, message)
    told: dict[str, Any] = {"answers": section["answers"], "conversation": nomination.conversation}
    if pairs:
        write_cohort(file, kept)
    if output is not None:
        write_file(output, encode(section), mode=0o600)
        told["file"] = str(output)
    else:
        where, token = _session(url, token_file)
        told["draft"] = session(where, token).post(
            "/drafts",
            {
                "about": message,
                "case": "",
                "conversation": nomination.conversation,
                "sections": {"nomination-answers": section},
                "to": None,
                "type": _ANSWER,
            },
        )["id"]
    if output is None:
        following = [told["draft"], f"Next: comity approve {told['draft']}"]
    else:
        following = [
            f"Next: comity draft new {_ANSWER} --conversation {nomination.conversation}"
            f" --about {message} --section nomination-answers={output}"
        ]
    outcomes = (f"{one['number']}  {one['outcome']}" for one in told["answers"])
    return Answer(told, [*outcomes, *following])


def _record(message: str, url: str | None, token_file: Path | None) -> "LetterRecord":
    from comity.cli.paper_common import bytes_of
    from comity.files.errors import NotFoundError
    from comity.papers.letter_record import MAX_RECORD_BYTES, read_letter_record

    if message.startswith("sha256:"):
        where, token = _session(url, token_file)
        found = session(where, token).get(f"/messages/{message}/record")
        return read_letter_record(encode(found))
    if not Path(message).is_file():
        raise NotFoundError(f"{message}: no such file, and no content digest")
    return read_letter_record(bytes_of(Path(message), MAX_RECORD_BYTES))


def _session(url: str | None, token_file: Path | None) -> tuple[str, Path]:
    if url is None or token_file is None:
        raise MisuseError("name your node with --node and --token-file")
    return url, token_file


def _outcomes(pairs: tuple[str, ...]) -> dict[int, str]:
    found: dict[int, str] = {}
    for pair in pairs:
        number, between, outcome = pair.partition("=")
        if not between or not (number.isascii() and number.isdigit()) or len(number) > 5:
            raise MisuseError("an outcome is NUMBER=OUTCOME, such as 3=declined")
        found[int(number)] = outcome
    return found

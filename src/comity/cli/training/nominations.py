"""Files of cohorts, and nominations of other States into one."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError, encode
from comity.cli.answers import Answer, local_command
from comity.cli.office import session
from comity.cli.options import HERE, NEW
from comity.papers.visible import visible

if TYPE_CHECKING:
    from comity.papers.letter_record import LetterRecord
    from comity.training.cohort import Cohort
    from comity.training.enrolment import RowProblem
    from comity.training.model import Course

COHORT: Final = click.argument("file", metavar="COHORT", type=HERE)
OF_COURSE: Final = click.option(
    "--course", "folder", help="Folder of the course, if it is not built in."
)
GIVEN: Final = click.option(
    "--register",
    "register_file",
    type=HERE,
    help="Your register of certificates: who lost theirs is told apart.",
)


def read_cohort(path: Path) -> "Cohort":
    """Return the cohort of a file."""
    from comity.cli.papers import bytes_of
    from comity.training.cohort import MAX_COHORT_BYTES, parse_cohort

    return parse_cohort(bytes_of(path, MAX_COHORT_BYTES))


def write_cohort(path: Path, cohort: "Cohort") -> None:
    """Replace a cohort's file whole, or leave it as it was."""
    from comity.cli.training.records import replace_file

    replace_file(path, cohort.encode())


def course_of(cohort: "Cohort", folder: str | None) -> "Course":
    """Return the course that a cohort takes.

    Raises:
        CohortCourseError: the folder is that of another one.
    """
    from comity.cli.training.course import course_in
    from comity.training.errors import CohortCourseError

    found = course_in(folder or cohort.course)
    if found.key != cohort.course:
        raise CohortCourseError(f"the cohort takes {cohort.course}, and this is {found.key}")
    return found


def withdrawn_in(register_file: Path | None) -> Collection[str]:
    """Return the identifiers of the certificates that a register says were withdrawn."""
    if register_file is None:
        return frozenset()
    from comity.cli.training.records import read_register

    rows = read_register(register_file).rows
    return frozenset(row.id for row in rows if row.withdrawn_at is not None)


def moment(text: str, name: str) -> datetime:
    """Return what an option says: a day, or a moment; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise click.BadParameter(
            "a day or a moment: 2026-12-01, 2026-12-01T09:00Z", param_hint=name
        ) from fault
    return found.replace(microsecond=0)


def problems_value(problems: "Iterable[RowProblem]") -> list[dict[str, Any]]:
    """Return what was not taken as JSON."""
    return [{"code": one.code, "line": one.line, "text": one.text} for one in problems]


def problem_lines(name: str, problems: "Iterable[RowProblem]") -> list[str]:
    """Return what was not taken, line by line."""
    return [visible(f"{name}:{one.line}: {one.text} [{one.code}]") for one in problems]


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
    from comity.cli.training.course import function_key
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
    from comity.cli.papers import bytes_of
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

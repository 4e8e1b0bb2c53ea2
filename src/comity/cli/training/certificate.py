"""Certificates for those of a cohort who passed: who they are, and keeping what they got."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError, time_text
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, HERE, NEW
from comity.cli.papers import FONTS, bytes_of, font_places, publish
from comity.cli.tongues import Tongue
from comity.cli.training.course import course_named
from comity.cli.training.nominations import read_cohort, withdrawn_in, write_cohort
from comity.papers.visible import visible

if TYPE_CHECKING:
    from comity.training.cohort import Cohort
    from comity.training.model import Course


@dataclass(frozen=True)
class Passed:
    """Those of a cohort to whom a certificate is due."""

    path: Path
    cohort: "Cohort"
    keys: tuple[str, ...]

    @classmethod
    def of(cls, path: Path, course: "Course", register: Path) -> "Passed":
        """Return those who passed and have no certificate that still counts.

        Raises:
            CohortCourseError: the cohort takes another course.
            MisuseError: there is nobody.
        """
        from comity.node.core.clock import now
        from comity.training.progress import progress

        kept = read_cohort(path)
        withdrawn = withdrawn_in(register if register.exists() else None)
        places = progress(kept, course, withdrawn=withdrawn, now=now())
        keys = tuple(
            key
            for key, place in zip(kept.members, places, strict=True)
            if place.stands.step == "passed"
        )
        if not keys:
            raise MisuseError("nobody of the cohort has passed without a certificate yet")
        return cls(path, kept, keys)

    @property
    def names(self) -> list[str]:
        """Their names, in the order of the cohort."""
        return [self.cohort.members[key].who.name for key in self.keys]

    def keep(self, identifiers: Sequence[str], until: datetime) -> None:
        """Write into the cohort's file who got which certificate."""
        from comity.training.cohort import Held

        changed = {}
        for key, identifier in zip(self.keys, identifiers, strict=True):
            member = self.cohort.members[key]
            held = (*member.certificates, Held(identifier, until))
            changed[key] = replace(member, certificates=held)
        write_cohort(self.path, self.cohort.with_members(changed))


_KEY = click.option("--key", "key_file", required=True, type=HERE, help="Key of use credential.")
_REGISTER = click.option(
    "--register",
    "register_file",
    required=True,
    type=NEW,
    help="Your register of the certificates given.",
)
_RECORDS = click.option(
    "--records",
    "records_file",
    required=True,
    type=HERE,
    help="Your State's records, a file by `comity directory publish`.",
)
_LIST_DAYS: Final = 30


def _answered_for(course: "Course", *, exercise_taken: bool) -> None:
    from comity.training.errors import ExerciseMissingError

    if course.drills and not exercise_taken:
        asked = ", ".join(drill.scenario for drill in course.drills)
        raise ExerciseMissingError(f"the course asks for an exercise: {asked}")


@click.group(cls=Group)
def certificate() -> None:
    """Issue, show, revoke and list training certificates, offline.

    The key is made by `comity keys prepare --use credential` and listed by your State; keep its
    file where officer keys are made, not on the node. `comity verify FILE` checks a certificate.
    """


@certificate.command()
@click.argument("course", metavar="COURSE")
@click.option("--lang", default="en", show_default=True, help="Language of the certificate.")
@click.option("--name", help="Name of the person.")
@click.option("--people", type=HERE, help="Instead of a name: a CSV of people who passed.")
@click.option("--encoding", help="Encoding of that list, if it cannot be told from it.")
@click.option("--cohort", "cohort_file", type=HERE, help="Instead: all there who passed.")
@click.option(
    "--exercise-taken",
    is_flag=True,
    help="With --name or --people: you answer for it that they took the course's exercises.",
)
@click.option("--authority", required=True, help="Name of your authority, as people know it.")
@click.option("--party", required=True, help="Your authority in the directory.")
@_KEY
@_RECORDS
@_REGISTER
@click.option("-o", "--output", required=True, type=NEW, help="New file; a new folder for a list.")
@local_command
def issue(
    course: str,
    *,
    lang: str,
    name: str | None,
    people: Path | None,
    encoding: str | None,
    cohort_file: Path | None,
    exercise_taken: bool,
    output: Path,
    **told: Any,
) -> Answer:
    """Issue certificates of COURSE to a person, a list or a cohort.

    You answer for it that they passed. A cohort says who has answered and taken the exercises that
    the course asks for, and has no certificate that still counts; it is told who got one. Nothing
    is issued if a row of the list has an error, if the key is not listed, or if it would end before
    the certificate does. Live or exercise is what the records are.
    """
    from comity.cli.training.records import Issuing, people_of
    from comity.files.publish import atomic_folder, write_file

    found, passed = course_named(course, lang), None
    if (name is not None) + (people is not None) + (cohort_file is not None) != 1:
        raise MisuseError("give --name, --people with a list, or --cohort with its file")
    if cohort_file is not None:
        passed = Passed.of(cohort_file, found, told["register_file"])
        wanted = passed.names
    else:
        _answered_for(found, exercise_taken=exercise_taken)
        listed = people_of(people, encoding) if people is not None else ()
        wanted = [one.name for one in listed] if name is None else [name]
    issuing = Issuing.begin(found, lang, **told)
    made = [issuing.certificate(one) for one in wanted]
    issuing.save()
    if name is not None:
        write_file(output, made[0].data, mode=0o644)
    else:
        with atomic_folder(output) as part:
            for number, one in enumerate(made, 1):
                write_file(part / f"certificate-{number:04d}.json", one.data, mode=0o644)
    if passed is not None:
        passed.keep([one.identifier for one in made], issuing.until)
    return Answer(
        {"certificates": [one.identifier for one in made], "output": str(output)},
        [f"{output}  {len(made)} issued, valid until {issuing.until:%Y-%m-%d}"],
    )


@certificate.command("show")
@click.argument("file", metavar="CERTIFICATE", type=HERE)
@click.option(
    "--lang", "languages", multiple=True, type=Tongue(), help="Of the paper; twice for two."
)
@FONTS
@click.option("--pdf", type=NEW, help="New PDF file: the certificate as a paper.")
@click.option("--jwt", is_flag=True, help="Print the bare credential, for a wallet.")
@AS_JSON
@guarded
def show_(
    file: Path,
    *,
    languages: tuple[str, ...],
    pdf: Path | None,
    jwt: bool,
    as_json: bool,
    **told: Any,
) -> None:
    """Show CERTIFICATE, or print it with --pdf.

    No signature is checked here: `comity verify` does that.
    """
    from comity.keys.jws import parse_compact
    from comity.node.core.clock import now
    from comity.papers.training_certificate import training_certificate_pdf
    from comity.training.credential import parse_certificate
    from comity.training.record import MAX_RECORD_BYTES, read_record

    record = read_record(bytes_of(file, MAX_RECORD_BYTES))
    found = parse_certificate(parse_compact(record.credential).payload)
    if pdf is not None:
        made = training_certificate_pdf(
            record, languages or ("en",), made_at=now(), fonts=font_places(told)
        )
        publish(pdf, made, as_json=as_json)
    elif jwt:
        click.echo(record.credential)
    elif as_json:
        show({"credential": found.value()})
    else:
        click.echo(f"{found.id}  NOT CHECKED: comity verify {file} --trust FILE")
        click.echo(f"name       {visible(found.name)}")
        click.echo(f"function   {found.function}")
        click.echo(f"course     {visible(found.title)} ({found.course}, version {found.version})")
        click.echo(f"issued by  {visible(found.authority)} ({found.party}, {found.mode})")
        click.echo(f"valid      {found.valid_from:%Y-%m-%d} to {found.valid_until:%Y-%m-%d}")


@certificate.command()
@click.argument("identifier", metavar="NUMBER")
@_REGISTER
@click.option("--reason", required=True, help="Why; it stays in your register.")
@local_command
def withdraw(identifier: str, *, register_file: Path, reason: str) -> Answer:
    """Revoke the certificate NUMBER in your register.

    No one knows of it before you sign a new list (`comity certificate list`) and distribute it.
    """
    from comity.cli.training.records import read_register, write_register
    from comity.node.core.clock import now

    changed = read_register(register_file).with_withdrawn(identifier, reason=reason, at=now())
    write_register(register_file, changed)
    return Answer(
        {"id": identifier, "withdrawn": len(changed.withdrawn)},
        [f"{identifier} is withdrawn. Next: comity certificate list, and hand it out."],
    )


@certificate.command("list")
@_KEY
@_RECORDS
@_REGISTER
@click.option(
    "--days",
    default=_LIST_DAYS,
    show_default=True,
    type=click.IntRange(1, 366),
    help="How long the list may be relied on.",
)
@click.option("-o", "--output", required=True, type=NEW, help="New file for the list.")
@local_command
def list_(
    *,
    key_file: Path,
    records_file: Path,
    register_file: Path,
    days: int,
    output: Path,
) -> Answer:
    """Sign the list of revoked certificates.

    It names no one: it says which of 131,072 places do not count.
    """
    from comity.cli.training.records import signed_list
    from comity.files.publish import write_file

    made, until, withdrawn = signed_list(key_file, records_file, register_file, days=days)
    write_file(output, made, mode=0o644)
    return Answer(
        {"file": str(output), "until": time_text(until), "withdrawn": withdrawn},
        [f"{output}  {withdrawn} withdrawn; may be relied on until {until:%Y-%m-%d}"],
    )

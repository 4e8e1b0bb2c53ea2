"""The command `comity drill resume`: an exercise goes on after its program ended."""

from pathlib import Path

import click

from comity.cli.faults import guarded, interrupted_with
from comity.cli.law_say import say
from comity.cli.options import AS_JSON, FOLDER
from comity.demo.ending import ended_as_by_ctrl_c


@click.command()
@click.argument("folder", type=FOLDER)
@AS_JSON
@guarded
def resume(folder: Path, *, as_json: bool) -> None:
    """Resume the exercise in FOLDER after an interruption.

    FOLDER is that of `comity drill run -o`, or the one that the terminal named. All nodes come
    back with the same addresses, codes, accounts and passwords, and partners are played again. The
    teams' time stands from the moment at which the program ended, until the trainer resumes it.
    """
    resume_exercise(folder, as_json=as_json)


def resume_exercise(folder: Path, *, as_json: bool) -> None:
    """Go on with the exercise in a folder, until it is ended again.

    Raises:
        ExerciseFolderError: there is none.
    """
    from comity.cli.drill_run import finish, live, quiet
    from comity.hall.founding import founded_again
    from comity.hall.record import read

    kept = read(folder)
    with (
        interrupted_with(f"{kept.order.folder} is kept. The same command resumes it"),
        ended_as_by_ctrl_c(),
    ):
        with founded_again(
            kept.order, kept.people, kept.tokens, quiet if as_json else say
        ) as nodes:
            from comity.hall.running import hold_again

            told, beside = live(nodes, lambda tell: hold_again(nodes, kept, tell))
        finish(kept.order, told, beside, keep=True, as_json=as_json)

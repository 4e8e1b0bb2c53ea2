"""``comity completion``: what a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from comity.cli.answers import Answer, local_command


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@local_command
def completion(shell: str) -> Answer:
    """Print the completion script of `comity` for SHELL.

    bash: comity completion bash > ~/.local/share/bash-completion/completions/comity. zsh: a file
    _comity in a folder of fpath. fish: ~/.config/fish/completions/comity.fish.
    """
    from comity.cli import main

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError("no such shell")
    made = kind(main, {}, "comity", "_COMITY_COMPLETE")
    # not `source()`: for bash it looks for a shell on this machine, which need not be the reader's
    text = made.source_template % made.source_vars()
    return Answer({"shell": shell, "script": text}, [text])

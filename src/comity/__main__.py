"""The command line, for `python -m comity`."""

from comity.cli import main

main()

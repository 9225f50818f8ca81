"""`python -m bot`: the command line."""

from bot.cli import cli

cli(prog_name="danvan")

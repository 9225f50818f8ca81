"""The command line: one line for each command, whose file imports what it needs when it runs."""

import click

from bot.commands.ask import ask
from bot.commands.backup import backup, restore, sending
from bot.commands.broadcast import broadcast
from bot.commands.db import db
from bot.commands.doctor import doctor
from bot.commands.invite import invite
from bot.commands.knowledge import knowledge
from bot.commands.login import login
from bot.commands.occasions import occasions
from bot.commands.questions import questions
from bot.commands.run import run
from bot.commands.zalo_oa import zalo_oa


@click.group()
def cli() -> None:
    """Assistant of mass-mobilisation officers: questions, reminders, reports."""


cli.add_command(ask)
cli.add_command(backup)
cli.add_command(broadcast)
cli.add_command(db)
cli.add_command(doctor)
cli.add_command(invite)
cli.add_command(knowledge)
cli.add_command(login)
cli.add_command(occasions)
cli.add_command(questions)
cli.add_command(restore)
cli.add_command(run)
cli.add_command(sending)
cli.add_command(zalo_oa)

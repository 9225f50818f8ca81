"""Write the next migration from what the models say and the migrations do not say yet.

python -m store.migrations.draft "what changes"   writes versions/NNNN_what_changes.py
python -m store.migrations.draft --first          writes 0001 again (until somebody has used it)

Read what it wrote: a renamed column is seen as one that goes and another that comes.
"""

import sys
from typing import Any

from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from store.upgrade import MIGRATIONS, alembic_config, revisions

FIRST = "first tables"


def draft(connection: Connection, message: str) -> list[str]:
    """Bring an empty database to the head, then write down what the models have beyond it."""
    config = alembic_config(connection)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    known = revisions()
    if known:
        command.upgrade(config, "head")
    made = command.revision(
        config,
        message,
        autogenerate=True,
        rev_id=f"{len(known) + 1:04}",
        process_revision_directives=_drop_empty,
    )
    return [str(one.path) for one in (made if isinstance(made, list) else [made]) if one]


def _drop_empty(_: Any, __: Any, directives: list[Any]) -> None:
    if directives[0].upgrade_ops.is_empty():
        directives.clear()


def main(words: list[str]) -> int:
    """Run the command line. Give its exit status."""
    if len(words) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    if words == ["--first"]:
        if len(revisions()) > 1:
            sys.stderr.write("there are later migrations: write another one instead\n")
            return 1
        for path in (MIGRATIONS / "versions").glob("*.py"):
            path.unlink()
    message = FIRST if words == ["--first"] else words[0]
    with create_engine("sqlite://").begin() as connection:
        made = draft(connection, message)
    sys.stdout.write("\n".join(made or ["the migrations say all that the models say"]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

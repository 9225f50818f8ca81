"""The queues' statements are served by their partial indexes, or they would read whole tables."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from store import inbox, jobs, outbox
from store.models import Row

STATEMENTS = {
    "claim of the inbox": inbox.CLAIM,
    "next retry": inbox.NEXT_RETRY,
    "due deliveries": outbox.DUE,
    "settle": outbox.SETTLE,
    "finish": inbox.FINISH,
    "claim of jobs": jobs.CLAIM,
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_queue_statement_reads_a_whole_table(name: str) -> None:
    engine = sa.create_engine("sqlite://")
    Row.metadata.create_all(engine)
    sql = str(STATEMENTS[name].compile(dialect=sqlite.dialect()))
    sql = sql.replace("(__[POSTCOMPILE_busy])", "(1, 2)")
    sql = sql.replace("(__[POSTCOMPILE_held])", "('broadcast:1')")
    with engine.connect() as connection:
        plan: list[Any] = list(
            connection.connection.cursor().execute(
                f"EXPLAIN QUERY PLAN {sql}", [0] * sql.count("?")
            )
        )
    engine.dispose()
    steps = [str(row[3]) for row in plan]
    scans = [step for step in steps if step.startswith(("SCAN inbox", "SCAN outbox", "SCAN job"))]
    assert all("USING INDEX" in step for step in scans), steps

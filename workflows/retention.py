"""Which records are older than they have to be? Run as `python -m workflows.retention`.

One line of JSON for each, with ids and dates and nothing else, then a line that counts. It reads in
a transaction that refuses to write, and destroys nothing: a record that a matter of law keeps, or
whose time runs, is never named as one that may go.
"""

import json
import sys

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflows.audit import snapshot
from workflows.oversight import retention_report
from workflows.platform import parameters
from workflows.platform.runtime import clock_of
from workflows.platform.settings import Settings, SettingsRefused

DONE, CANNOT_SAY = 0, 2


def main() -> int:
    """Write the report for the database of the environment."""
    try:
        settings = Settings.from_env()
        clock = clock_of(settings)
        now = clock.now()
        with snapshot(settings.database_url) as connection:
            limits = parameters.read(Session(connection), now).limits
            counted = {"over_age": 0, "held": 0, "may_go": 0}
            for one in retention_report.over_age(connection, now, limits):
                sys.stdout.write(f"{line_of(one)}\n")
                counted["over_age"] += 1
                counted["may_go" if one.may_go else "held"] += 1
    except SettingsRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return CANNOT_SAY
    except SQLAlchemyError as failed:
        sys.stderr.write(f"the database cannot be read ({type(failed).__name__})\n")
        return CANNOT_SAY
    sys.stdout.write(f"{json.dumps(counted)}\n")
    return DONE


def line_of(one: retention_report.Kept) -> str:
    """Write one record down, by its id."""
    return json.dumps(
        {
            "patient_id": str(one.patient_id),
            "last_contact_on": one.last_contact_on.isoformat(),
            "kept_until": one.kept_until.isoformat(),
            "held": one.held,
            "may_go": one.may_go,
        }
    )


if __name__ == "__main__":
    sys.exit(main())

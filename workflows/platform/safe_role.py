"""Does the role that serves patients own nothing, and does its database wait for the disk?

Asked once at the start. A database that cannot be reached yet refuses nobody: `/ready` says so,
and asks again whether it forgets.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from workflows.platform.settings import SettingsRefused
from workflows.platform.work import Runtime

# What must not be, each with what the operator reads.
_WRONG = {
    "DATABASE_URL must not name a superuser": (
        "SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper"
    ),
    "DATABASE_URL must not name a role that may make roles or databases": (
        "SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolcreaterole OR rolcreatedb)"
    ),
    "DATABASE_URL must not name the owner of the tables": (
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
        " AND pg_has_role(current_user, c.relowner, 'MEMBER') LIMIT 1"
    ),
    "DATABASE_URL must not name a role that may make tables": (
        "SELECT 1 WHERE has_schema_privilege(current_user, 'public', 'CREATE')"
    ),
}
# Off: confirmed and not on the disk. On: a page that cannot be read or written is passed over.
_FORGETS = (
    "SELECT name, setting FROM pg_settings WHERE (setting = 'off'"
    " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')) OR (setting = 'on'"
    " AND name IN ('data_sync_retry', 'ignore_checksum_failure', 'zero_damaged_pages'))"
    " ORDER BY name"
)


def insist(house: Runtime) -> None:
    """Refuse to serve with a role that could take a lock away, or a database that forgets."""
    if house.settings.environment == "test":
        return
    if not isinstance(house.bind, Engine):
        return
    try:
        with house.bind.connect() as connection:
            found = next(what_is_wrong(connection), None)
    except SQLAlchemyError:
        return
    if found is not None:
        house.bind.dispose()
        raise SettingsRefused(f"{found}.")


def what_is_wrong(connection: Connection) -> Iterator[str]:
    """Say what is wrong with the role and the settings of the database."""
    for line, query in _WRONG.items():
        if connection.execute(text(query)).first():
            yield line
    for told in what_forgets(connection):
        yield f"DATABASE_URL must not lead to a database with {told}"


def what_forgets(connection: Connection) -> list[str]:
    """Name the settings by which a database confirms, or passes over, what is not on its disk."""
    return [f"{row.name} {row.setting}" for row in connection.execute(text(_FORGETS))]

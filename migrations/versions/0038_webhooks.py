"""Where other systems are told what happens, under which key, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
ENDPOINT_ONCE = "agreed_at,ended_at,end_reason"


def upgrade() -> None:
    """Make the tables of the webhooks."""
    _endpoints()
    _deliveries()
    _keep("webhook_endpoint", ENDPOINT_ONCE, ENDPOINT_ONCE)
    _keep("webhook_key", "retires_at", "retires_at")
    for table in ("webhook_place", "webhook_delivery"):
        _never_deleted(table)
    for event, name, each in (
        ("UPDATE OR DELETE", "never_changed", "ROW"),
        ("TRUNCATE", "never_emptied", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON webhook_attempt"
            f" FOR EACH {each} EXECUTE FUNCTION refuse_change()"
        )
    for table in ("webhook_endpoint", "webhook_key", "webhook_place", "webhook_delivery"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {RUNTIME}")
    op.execute(f"GRANT SELECT, INSERT ON webhook_attempt TO {RUNTIME}")
    for column, table in (("url", "webhook_endpoint"), ("private_key", "webhook_key")):
        op.create_check_constraint(f"{column}_sealed", table, _bound(column))
    tables = "webhook_endpoint, webhook_key, webhook_place, webhook_delivery, webhook_attempt"
    op.execute(f"GRANT SELECT ON {tables} TO {READER}")


def downgrade() -> None:
    """Take them away again."""
    for table in ("attempt", "delivery", "place", "key", "endpoint"):
        op.drop_table(f"webhook_{table}")


def _endpoints() -> None:
    table = "webhook_endpoint"
    op.create_table(
        table,
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("kinds", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("set_up_by", sa.Uuid(), nullable=False),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "two_people", "set_up_by <> owner_id"),
        _check(table, "ended", "num_nulls(ended_at, end_reason) IN (0, 2)"),
        _check(table, "end_reason", "end_reason IN ('asked', 'withdrawn', 'gone')"),
        _foreign(table, "owner_id", "user_account"),
        _foreign(table, "set_up_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_table(
        "webhook_key",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _foreign("webhook_key", "endpoint_id", table),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_key")),
        sa.UniqueConstraint("public_key", name=op.f("uq_webhook_key_public_key")),
    )
    op.create_index(
        "uq_webhook_key_lasting",
        "webhook_key",
        ["endpoint_id"],
        unique=True,
        postgresql_where=sa.text("retires_at IS NULL"),
    )
    op.create_table(
        "webhook_place",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        _foreign("webhook_place", "endpoint_id", table),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_webhook_place")),
    )


def _deliveries() -> None:
    table = "webhook_delivery"
    op.create_table(
        table,
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "state", "state IN ('waiting', 'delivered', 'withheld', 'dead')"),
        _check(table, "waits", "(state = 'waiting') = (due_at IS NOT NULL)"),
        _foreign(table, "endpoint_id", "webhook_endpoint"),
        _foreign(table, "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "endpoint_id", "event_id", name=op.f("uq_webhook_delivery_endpoint_id_event_id")
        ),
    )
    op.create_index(
        "ix_webhook_delivery_due",
        table,
        ["endpoint_id", "due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_webhook_delivery_endpoint", table, ["endpoint_id", "queued_at", "id"])
    outcomes = "('delivered', 'refused', 'gone', 'no_answer', 'address_refused', 'withheld')"
    op.create_table(
        "webhook_attempt",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check("webhook_attempt", "outcome", f"outcome IN {outcomes}"),
        _foreign("webhook_attempt", "delivery_id", table),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index("ix_webhook_attempt_delivery", "webhook_attempt", ["delivery_id", "tried_at"])


def _check(table: str, name: str, holds: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(holds, name=op.f(f"ck_{table}_{name}"))


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _keep(table: str, free: str, once: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_rewritten BEFORE UPDATE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{free}', '{once}')"
    )
    _never_deleted(table)


def _never_deleted(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _bound(column: str) -> str:
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= 61"
        f" AND substr({column}, 18, 16) = uuid_send(id)"
    )

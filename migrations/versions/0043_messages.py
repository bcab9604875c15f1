"""Messages: what waits and why, by which way each went, and what its reader wants."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
TIMES = ("delivered_at", "acknowledged_at", "undelivered_at")
WRITTEN_ONCE = ("sent_at", *TIMES)
STILL_WRITTEN = (*WRITTEN_ONCE, "not_before", "held_for", "failed_attempts", "paged_until")
CHECKS = {
    "held_until": "held_for IS NULL OR not_before IS NOT NULL",
    "held_for": "held_for IN ('dose', 'quiet_hours')",
    "sent_order": "sent_at >= created_at",
    "delivered_order": "delivered_at IS NULL OR sent_at IS NOT NULL AND delivered_at >= sent_at",
    "acknowledged_order": "acknowledged_at >= created_at",
    "undelivered_order": "undelivered_at >= created_at",
}


def upgrade() -> None:
    """Give a message its states, and make both tables."""
    for name in ("not_before", *TIMES):
        op.add_column("notification", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("notification", sa.Column("held_for", sa.Text(), nullable=True))
    # A clock that was ahead of another one may have written this the wrong way round.
    op.execute("UPDATE notification SET sent_at = created_at WHERE sent_at < created_at")
    for name, holds in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_notification_{name}"), "notification", holds)
    op.create_index(
        "ix_notification_waits",
        "notification",
        ["not_before"],
        postgresql_where=sa.text("not_before IS NOT NULL"),
    )
    op.create_index("ix_notification_patient", "notification", ["patient_id", "created_at"])
    _keep("notification", (*STILL_WRITTEN, "secret"), WRITTEN_ONCE)
    _make_tries()
    _make_preferences()


def downgrade() -> None:
    """Take both tables and the states away again."""
    op.drop_table("message_preference")
    op.drop_table("message_try")
    op.execute("DROP TRIGGER never_rewritten ON notification")
    op.drop_index("ix_notification_patient", table_name="notification")
    op.drop_index("ix_notification_waits", table_name="notification")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_notification_{name}"), "notification")
    for name in ("held_for", *TIMES, "not_before"):
        op.drop_column("notification", name)


def _make_tries() -> None:
    table = "message_try"
    op.create_table(
        table,
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "way", "way IN ('mail', 'text', 'pager', 'console')"),
        _check(table, "only_taken", "taken OR num_nonnulls(delivered_at, failed_at) = 0"),
        _check(table, "one_receipt", "num_nonnulls(delivered_at, failed_at) < 2"),
        _check(table, "order", "delivered_at >= tried_at"),
        _check(table, "failed_order", "failed_at >= tried_at"),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_message_try_notification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_try")),
    )
    op.create_index("ix_message_try_notification", table, ["notification_id", "tried_at"])
    _keep(table, ("delivered_at", "failed_at"), ("delivered_at", "failed_at"))
    _never_deleted(table)


def _make_preferences() -> None:
    table = "message_preference"
    op.create_table(
        table,
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("ways", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("quiet_from_minute", sa.Integer(), nullable=True),
        sa.Column("quiet_until_minute", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _check(table, "ways", "ways <@ ARRAY['mail', 'text'] AND cardinality(ways) > 0"),
        _check(table, "quiet_pair", "num_nulls(quiet_from_minute, quiet_until_minute) IN (0, 2)"),
        _check(table, "quiet_from", "quiet_from_minute BETWEEN 0 AND 1439"),
        _check(table, "quiet_until", "quiet_until_minute BETWEEN 0 AND 1439"),
        _check(table, "quiet_ends", "quiet_from_minute <> quiet_until_minute"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_message_preference_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_preference")),
        sa.UniqueConstraint("user_id", name=op.f("uq_message_preference_user_id")),
    )
    _never_deleted(table)
    op.execute(
        f"CREATE TRIGGER owes_event AFTER INSERT OR UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION owes_event('')"
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _keep(table: str, free: tuple[str, ...], once: tuple[str, ...]) -> None:
    op.execute(
        f"CREATE TRIGGER never_rewritten BEFORE UPDATE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{','.join(free)}', '{','.join(once)}')"
    )


def _never_deleted(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")

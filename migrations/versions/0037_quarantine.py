"""What phones hand in whose sign-in is over, and the key by which they may."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
SUBJECTS = (
    *("patient", "intake", "approval", "treatment_plan", "dose_session", "office_session"),
    *("adverse_event", "follow_up", "assessment", "escalation", "audit_checkpoint", "break_glass"),
    "rights_request",
)
WITH_SUBJECTS = ("gate_decision", "override", "escalation", "hold")
DECIDED = ("decided_at", "decided_by", "decision", "reason", "late_item_id")
# What is still written on a row of each after it was made; all of it once.
LATER = {
    "quarantined_queue": ("settled_at",),
    "quarantined_item": (*DECIDED, "adverse_event_id"),
}
# What became of a late item, as in 0035; and who let it in, once.
FREE_BEFORE = "verdict,code,result_type,result_id,settled_at,told"
ONCE_BEFORE = "result_type,result_id,settled_at"
REFERS = {
    "quarantined_queue": {
        "user_id": "user_account",
        "login_id": "login_session",
        "patient_id": "patient",
    },
    "quarantined_item": {
        "queue_id": "quarantined_queue",
        "user_id": "user_account",
        "login_id": "login_session",
        "patient_id": "patient",
        "adverse_event_id": "adverse_event",
        "decided_by": "user_account",
        "late_item_id": "late_item",
    },
}
CHECKS = {
    "decision": "decision IN ('accepted', 'set_aside')",
    "decided": "num_nulls(decided_at, decided_by, decision, reason) IN (0, 4)",
    "by_somebody_else": "decided_by <> user_id",
    "accepted_is_entered": "(decision = 'accepted') = (late_item_id IS NOT NULL)",
}


def upgrade() -> None:
    """Make the tables, what keeps them, and the key of each sign-in."""
    _subjects(*SUBJECTS, "quarantined_queue")
    op.add_column("login_session", sa.Column("queue_key_hash", sa.LargeBinary(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_login_session_queue_key_hash"), "login_session", ["queue_key_hash"]
    )
    op.add_column("late_item", sa.Column("entered_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_late_item_entered_by"), "late_item", "user_account", ["entered_by"], ["id"]
    )
    _late_items_keep(f"{FREE_BEFORE},entered_by", f"{ONCE_BEFORE},entered_by")
    _queues()
    _items()
    for table, columns in LATER.items():
        _keep(table, ",".join(columns))
    for column in ("content", "reason"):
        op.create_check_constraint(f"{column}_sealed", "quarantined_item", _bound(column))


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_table("quarantined_item")
    op.drop_table("quarantined_queue")
    _late_items_keep(FREE_BEFORE, ONCE_BEFORE)
    op.drop_column("late_item", "entered_by")
    op.drop_column("login_session", "queue_key_hash")
    _subjects(*SUBJECTS)


def _late_items_keep(free: str, once: str) -> None:
    op.execute("DROP TRIGGER never_rewritten ON late_item")
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON late_item FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{free}', '{once}')"
    )


def _queues() -> None:
    op.create_table(
        "quarantined_queue",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("login_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_references("quarantined_queue"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_queue")),
    )
    op.create_index(
        "uq_quarantined_queue_open",
        "quarantined_queue",
        ["login_id", "patient_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_quarantined_queue_patient", "quarantined_queue", ["patient_id", "opened_at"]
    )


def _items() -> None:
    op.create_table(
        "quarantined_item",
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("login_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("adverse_event_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                *("accepted", "set_aside"),
                name="decision",
                native_enum=False,
                create_constraint=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("late_item_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_quarantined_item_{name}"))
            for name, holds in CHECKS.items()
        ),
        *_references("quarantined_item"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_item")),
        sa.UniqueConstraint(
            *("login_id", "item_id", "fingerprint"),
            name=op.f("uq_quarantined_item_login_id_item_id_fingerprint"),
        ),
    )
    op.create_index("ix_quarantined_item_queue", "quarantined_item", ["queue_id", "received_at"])
    op.create_index(
        "ix_quarantined_item_counter", "quarantined_item", ["user_id", "device_id", "counter"]
    )


def _references(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
        for name, other in REFERS[table].items()
    ]


def _subjects(*kinds: str) -> None:
    for table in WITH_SUBJECTS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_subject_type")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_subject_type"
            f" CHECK (subject_type IN {kinds})"
        )


def _keep(table: str, columns: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_rewritten BEFORE UPDATE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{columns}', '{columns}')"
    )
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


def _bound(column: str) -> str:
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= 61"
        f" AND substr({column}, 18, 16) = uuid_send(id)"
    )

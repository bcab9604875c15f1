"""What a phone brings later, item by item; and the order in which changes are followed."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
NEVER_DELETED = ("late_item", "phone")
# What became of an item is written after it came; the result only once.
STILL_WRITTEN = ("verdict", "code", "result_type", "result_id", "settled_at", "told")
INDEXES = (
    ("uq_late_item_item", ("user_id", "item_id"), "NOT reused"),
    ("uq_late_item_reused", ("user_id", "item_id", "fingerprint"), "reused"),
    ("uq_late_item_counter", ("phone_id", "counter"), "NOT forked AND NOT reused"),
    ("ix_late_item_held", ("user_id", "predecessor_id"), "verdict = 'held'"),
    ("ix_late_item_corrects", ("user_id", "corrects_id"), "corrects_id IS NOT NULL"),
)
# Whoever writes of a patient holds the end of their chain until the commit, so a number drawn under
# it is drawn in the order of commits, and a reader who goes by numbers skips nothing.
NUMBER_IN_ORDER = """
    CREATE FUNCTION number_in_order() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        chain text := 'patient:' || NEW.patient_id;
    BEGIN
        INSERT INTO audit_head (stream, seq, hash) VALUES (chain, 0, ''::bytea)
            ON CONFLICT (stream) DO NOTHING;
        PERFORM 1 FROM audit_head WHERE stream = chain FOR UPDATE;
        NEW.sequence := nextval(pg_get_serial_sequence('event', 'sequence'));
        RETURN NEW;
    END $$
"""


def upgrade() -> None:
    """Make both tables, what keeps them, and the order behind the feed of changes."""
    op.create_table(
        "phone",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_phone_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone")),
        sa.UniqueConstraint("user_id", "device_id", name=op.f("uq_phone_user_id_device_id")),
    )
    _make_late_item()
    for name, columns, where in INDEXES:
        op.create_index(
            name,
            "late_item",
            list(columns),
            unique=name.startswith("uq_"),
            postgresql_where=sa.text(where),
        )
    _keep("phone", ("forked_at",), ("forked_at",))
    _keep("late_item", STILL_WRITTEN, ("result_type", "result_id", "settled_at"))
    op.execute(NUMBER_IN_ORDER)
    op.execute(
        "CREATE TRIGGER in_order BEFORE INSERT ON event FOR EACH ROW"
        " WHEN (NEW.patient_id IS NOT NULL) EXECUTE FUNCTION number_in_order()"
    )
    op.create_check_constraint("content_sealed", "late_item", _bound("content"))


def downgrade() -> None:
    """Take them away again."""
    op.execute("DROP TRIGGER in_order ON event")
    op.execute("DROP FUNCTION number_in_order()")
    op.drop_table("late_item")
    op.drop_table("phone")


def _make_late_item() -> None:
    op.create_table(
        "late_item",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("phone_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_skew_seconds", sa.Integer(), nullable=True),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        sa.Column("corrects_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("forked", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("result_type", sa.Text(), nullable=True),
        sa.Column("result_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('applied', 'held', 'refused', 'invalid')",
            name=op.f("ck_late_item_verdict"),
        ),
        sa.CheckConstraint(
            "verdict <> 'held' OR content IS NOT NULL", name=op.f("ck_late_item_held_whole")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_late_item_user_id")
        ),
        sa.ForeignKeyConstraint(["phone_id"], ["phone.id"], name=op.f("fk_late_item_phone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_item")),
    )


def _keep(table: str, free: tuple[str, ...], once: tuple[str, ...]) -> None:
    op.execute(
        f"CREATE TRIGGER never_rewritten BEFORE UPDATE ON {table} FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{','.join(free)}', '{','.join(once)}')"
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

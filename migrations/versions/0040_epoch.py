"""Under which life of the database was a clearance given? A restored one begins another."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
TABLES = ("clearance_epoch", "epoch_doubt")
DOUBTS = ("behind_the_witness", "phone_ahead")
# A copy of the files has another system identifier or, once it was recovered, another timeline.
WHICH_LIFE = """
    CREATE FUNCTION life_of_database() RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF pg_is_in_recovery() THEN
            RETURN NULL;
        END IF;
        RETURN (SELECT system_identifier FROM pg_control_system()) || '/'
            || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8);
    END $$
"""
IN_FORCE = """
    CREATE FUNCTION epoch_in_force() RETURNS integer LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
        SELECT e.number FROM clearance_epoch e
        WHERE e.number = (SELECT max(number) FROM clearance_epoch)
            AND e.life = life_of_database()
            AND NOT EXISTS (SELECT 1 FROM epoch_doubt d WHERE d.epoch = e.number)
    $$
"""
REFUSE = """
    CREATE FUNCTION refuse_lost_time() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    DECLARE
        in_force integer := epoch_in_force();
        mine integer;
    BEGIN
        IF in_force IS NULL THEN
            RAISE EXCEPTION 'nobody has confirmed this life of the database'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'epoch_not_confirmed';
        END IF;
        IF TG_TABLE_NAME = 'clearance' THEN
            NEW.epoch := coalesce(NEW.epoch, in_force);
            mine := NEW.epoch;
        ELSE
            SELECT c.epoch INTO mine FROM clearance c WHERE c.id = coalesce(NEW.clearance_id,
                (SELECT f.clearance_id FROM dose_taken f WHERE f.id = NEW.booster_of));
        END IF;
        IF mine <> in_force THEN
            RAISE EXCEPTION 'this clearance is of an earlier life of the database'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'clearance_before_restore';
        END IF;
        RETURN NEW;
    END $$
"""
TRIGGERS = (
    "CREATE TRIGGER of_this_epoch BEFORE INSERT ON clearance"
    " FOR EACH ROW EXECUTE FUNCTION refuse_lost_time()",
    "CREATE TRIGGER spent_in_this_epoch BEFORE UPDATE ON clearance FOR EACH ROW"
    " WHEN (OLD.spent_at IS NULL AND NEW.spent_at IS NOT NULL)"
    " EXECUTE FUNCTION refuse_lost_time()",
    "CREATE TRIGGER taken_in_this_epoch BEFORE INSERT ON dose_taken FOR EACH ROW"
    " WHEN (NEW.clearance_id IS NOT NULL OR NEW.booster_of IS NOT NULL)"
    " EXECUTE FUNCTION refuse_lost_time()",
)


def upgrade() -> None:
    """Begin the first epoch with the database as it is, and bind every clearance to one."""
    op.create_table(
        "clearance_epoch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("life", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("durable_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_clearance_epoch_counted")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_clearance_epoch")),
    )
    op.create_table(
        "epoch_doubt",
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"why IN {DOUBTS}", name=op.f("ck_epoch_doubt_why")),
        sa.ForeignKeyConstraint(
            ["epoch"], ["clearance_epoch.number"], name=op.f("fk_epoch_doubt_epoch")
        ),
        sa.PrimaryKeyConstraint("epoch", "why", name=op.f("pk_epoch_doubt")),
    )
    for made in (WHICH_LIFE, IN_FORCE, REFUSE):
        op.execute(made)
    op.execute("INSERT INTO clearance_epoch (number, life) VALUES (1, life_of_database())")
    op.add_column("clearance", sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("clearance", "epoch", server_default=None)
    op.create_foreign_key(
        op.f("fk_clearance_epoch"), "clearance", "clearance_epoch", ["epoch"], ["number"]
    )
    for trigger in TRIGGERS:
        op.execute(trigger)
    for table in TABLES:
        _only_added_to(table)
    op.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO {RUNTIME}, {READER}")
    op.execute(f"GRANT INSERT ON epoch_doubt TO {RUNTIME}")


def downgrade() -> None:
    """Take the epochs away again."""
    op.execute("DROP TRIGGER taken_in_this_epoch ON dose_taken")
    op.execute("DROP TRIGGER spent_in_this_epoch ON clearance")
    op.execute("DROP TRIGGER of_this_epoch ON clearance")
    op.drop_constraint(op.f("fk_clearance_epoch"), "clearance", type_="foreignkey")
    op.drop_column("clearance", "epoch")
    for function in ("refuse_lost_time", "epoch_in_force", "life_of_database"):
        op.execute(f"DROP FUNCTION {function}()")
    op.drop_table("epoch_doubt")
    op.drop_table("clearance_epoch")


def _only_added_to(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )

"""A second part of a dose: planned with it, taken once, in its window, under the watch."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WATCHED = (
    "released_at IS NULL OR dosed_at IS NULL"
    " OR released_at >= coalesce(last_part_at, dosed_at) + interval '120 minutes'"
)
WATCHED_BEFORE = (
    "released_at IS NULL OR dosed_at IS NULL OR released_at >= dosed_at + interval '120 minutes'"
)


def upgrade() -> None:
    """Add the second part, and what keeps it where it belongs."""
    op.add_column("treatment_plan", sa.Column("booster_mg_hundredths", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_treatment_plan_booster"),
        "treatment_plan",
        "booster_mg_hundredths IS NULL OR (booster_mg_hundredths > 0"
        " AND booster_mg_hundredths * 2 <= dose_mg_hundredths"
        " AND dose_mg_hundredths + booster_mg_hundredths <= 45000)",
    )
    op.add_column(
        "dose_session", sa.Column("last_part_at", sa.DateTime(timezone=True), nullable=True)
    )
    _watched(WATCHED)
    op.add_column("dose_taken", sa.Column("booster_of", sa.Uuid(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_dose_taken_id_dose_session_id"), "dose_taken", ["id", "dose_session_id"]
    )
    op.create_foreign_key(
        op.f("fk_dose_taken_booster_of_dose_session_id"),
        "dose_taken",
        "dose_taken",
        ["booster_of", "dose_session_id"],
        ["id", "dose_session_id"],
    )
    op.create_index(
        "uq_dose_taken_booster",
        "dose_taken",
        ["dose_session_id"],
        unique=True,
        postgresql_where=sa.text("booster_of IS NOT NULL"),
    )
    _cleared("cleared = (clearance_id IS NOT NULL OR booster_of IS NOT NULL)")
    op.create_check_constraint(
        op.f("ck_dose_taken_booster_of_a_session"),
        "dose_taken",
        "booster_of IS NULL OR (clearance_id IS NULL AND dose_session_id IS NOT NULL)",
    )
    op.execute(
        """
        CREATE FUNCTION refuse_booster() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF NOT EXISTS (
                SELECT 1 FROM dose_session s
                JOIN treatment_plan p ON p.id = s.plan_id
                JOIN dose_taken f ON f.id = NEW.booster_of AND f.dose_session_id = s.id
                WHERE s.id = NEW.dose_session_id AND s.patient_id = NEW.patient_id
                    AND s.state = 'monitoring' AND s.setting = 'home' AND p.state = 'signed'
                    AND f.clearance_id IS NOT NULL
                    AND NEW.dose_mg_hundredths <= p.booster_mg_hundredths
                    AND NEW.dose_mg_hundredths * 2 <= f.dose_mg_hundredths
                    AND NEW.taken_at BETWEEN f.taken_at + interval '10 minutes'
                        AND f.taken_at + interval '30 minutes'
            ) THEN
                RAISE EXCEPTION 'no second part belongs here'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'booster_not_prescribed';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER booster_as_prescribed BEFORE INSERT ON dose_taken"
        " FOR EACH ROW WHEN (NEW.booster_of IS NOT NULL) EXECUTE FUNCTION refuse_booster()"
    )


def downgrade() -> None:
    """Take the second part away again; no row has one."""
    op.execute("DROP TRIGGER booster_as_prescribed ON dose_taken")
    op.execute("DROP FUNCTION refuse_booster()")
    op.drop_constraint(op.f("ck_dose_taken_booster_of_a_session"), "dose_taken", type_="check")
    _cleared("cleared = (clearance_id IS NOT NULL)")
    op.drop_index(
        "uq_dose_taken_booster",
        table_name="dose_taken",
        postgresql_where=sa.text("booster_of IS NOT NULL"),
    )
    op.drop_constraint(
        op.f("fk_dose_taken_booster_of_dose_session_id"), "dose_taken", type_="foreignkey"
    )
    op.drop_constraint(op.f("uq_dose_taken_id_dose_session_id"), "dose_taken", type_="unique")
    op.drop_column("dose_taken", "booster_of")
    _watched(WATCHED_BEFORE)
    op.drop_column("dose_session", "last_part_at")
    op.drop_constraint(op.f("ck_treatment_plan_booster"), "treatment_plan", type_="check")
    op.drop_column("treatment_plan", "booster_mg_hundredths")


def _watched(rule: str) -> None:
    name = op.f("ck_dose_session_watched_two_hours")
    op.drop_constraint(name, "dose_session", type_="check")
    op.create_check_constraint(name, "dose_session", rule)


def _cleared(rule: str) -> None:
    name = op.f("ck_dose_taken_cleared_means_clearance")
    op.drop_constraint(name, "dose_taken", type_="check")
    op.create_check_constraint(name, "dose_taken", rule)

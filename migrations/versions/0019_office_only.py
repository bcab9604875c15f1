"""Esketamine in the office only: the third lock, beside the CHECKs and the allow-table.

The trigger asks the catalogue itself what the product is, so that it holds where a CHECK or a key was taken away.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

DISPENSED = ("treatment_plan", "medication_order", "shipment", "dose_session", "office_session")
CATALOGUE = ("product", "product_setting")


def upgrade() -> None:
    """Lock the settings of every row that could bring a drug to a person."""
    op.execute(
        """
        CREATE FUNCTION keep_in_the_office() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            truth product%ROWTYPE;
        BEGIN
            SELECT * INTO truth FROM product WHERE id = NEW.product_id;
            IF truth.id IS NULL
                OR truth.molecule <> NEW.molecule OR truth.route <> NEW.route
                OR (truth.molecule = 'esketamine' AND NEW.setting <> 'certified_site')
                OR (NEW.setting = 'home' AND (truth.molecule <> 'ketamine'
                    OR truth.route NOT IN ('sublingual', 'buccal', 'oral'))) THEN
                RAISE EXCEPTION 'this product may not be taken in this setting'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'esketamine_home_prohibited';
            END IF;
            IF TG_OP = 'UPDATE' AND (OLD.product_id, OLD.molecule, OLD.route, OLD.setting)
                IS DISTINCT FROM (NEW.product_id, NEW.molecule, NEW.route, NEW.setting) THEN
                RAISE EXCEPTION 'product and setting never change'
                    USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'esketamine_setting_change_prohibited';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION same_person() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF OLD.patient_id IS DISTINCT FROM NEW.patient_id THEN
                RAISE EXCEPTION 'a row of % stays with its patient', TG_TABLE_NAME
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'never_changed';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION home_needs_home_approval() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            IF NEW.setting = 'home' AND NOT EXISTS (
                SELECT 1 FROM approval a WHERE a.id = NEW.approval_id
                AND a.patient_id = NEW.patient_id AND a.decision = 'home') THEN
                RAISE EXCEPTION 'a plan for home needs an approval for home'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_missing';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION site_is_certified() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            IF NEW.molecule = 'esketamine' AND NOT EXISTS (
                SELECT 1 FROM certified_site s WHERE s.id = NEW.site_id
                AND (NEW.scheduled_at AT TIME ZONE s.time_zone)::date
                    BETWEEN s.certified_from AND s.certified_until) THEN
                RAISE EXCEPTION 'the site is not certified on that day'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'site_not_certified';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION catalogue_is_sealed() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF TG_OP = 'INSERT' AND pg_has_role(session_user,
                (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'the catalogue is sealed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'catalogue_is_sealed';
        END $$
        """
    )
    for table in DISPENSED:
        op.execute(
            f"CREATE TRIGGER keep_in_the_office BEFORE INSERT OR UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION keep_in_the_office()"
        )
        op.execute(
            f"CREATE TRIGGER same_person BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION same_person()"
        )
    op.execute(
        "CREATE TRIGGER keep_in_the_office BEFORE INSERT ON product_setting"
        " FOR EACH ROW EXECUTE FUNCTION keep_in_the_office()"
    )
    op.execute(
        "CREATE TRIGGER home_needs_home_approval BEFORE INSERT OR UPDATE ON treatment_plan"
        " FOR EACH ROW EXECUTE FUNCTION home_needs_home_approval()"
    )
    op.execute(
        "CREATE TRIGGER site_is_certified"
        " BEFORE INSERT OR UPDATE OF product_id, site_id, scheduled_at ON office_session"
        " FOR EACH ROW EXECUTE FUNCTION site_is_certified()"
    )
    for table in CATALOGUE:
        op.execute(
            f"CREATE TRIGGER sealed BEFORE INSERT OR UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION catalogue_is_sealed()"
        )
        op.execute(
            f"CREATE TRIGGER sealed_whole BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION catalogue_is_sealed()"
        )


def downgrade() -> None:
    """Unlock; only for a database that no patient uses."""
    for name in (
        "keep_in_the_office",
        "same_person",
        "home_needs_home_approval",
        "site_is_certified",
        "catalogue_is_sealed",
    ):
        op.execute(f"DROP FUNCTION {name}() CASCADE")

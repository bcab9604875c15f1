"""Which passwords are too short to stand alone; passkeys, and the challenges they answer."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a second step needs."""
    op.execute("ALTER TABLE user_account ADD COLUMN short_password boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE user_account ALTER COLUMN short_password DROP DEFAULT")


def downgrade() -> None:
    """Take it off again."""
    op.execute("ALTER TABLE user_account DROP COLUMN short_password")

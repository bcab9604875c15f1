"""Tables, and what PostgreSQL itself refuses; imported whole, so that the metadata is whole."""

from models.aftercare import aftercare
from models.dose import (
    dispatch,
    dose_sessions,
    late_items,
    office_sessions,
    predose,
    quarantine,
)
from models.intake import intake
from models.oversight import adverse_events, break_glass, handovers, holds, parameters
from models.people import accounts, doors, passkeys, patients, rights
from models.plan import approvals, catalogue, law, treatment_plans
from models.platform import (
    checkpoints,
    data_keys,
    decisions,
    epochs,
    house,
    messages,
    sealing,
    trail,
    webhooks,
)
from models.platform.base import Base
from models.preparation import appointments

__all__ = [
    "Base",
    "accounts",
    "adverse_events",
    "aftercare",
    "appointments",
    "approvals",
    "break_glass",
    "catalogue",
    "checkpoints",
    "data_keys",
    "decisions",
    "dispatch",
    "doors",
    "dose_sessions",
    "epochs",
    "handovers",
    "holds",
    "house",
    "intake",
    "late_items",
    "law",
    "messages",
    "office_sessions",
    "parameters",
    "passkeys",
    "patients",
    "predose",
    "quarantine",
    "rights",
    "sealing",
    "trail",
    "treatment_plans",
    "webhooks",
]

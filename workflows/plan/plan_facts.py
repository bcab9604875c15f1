"""What do the approval, the plan, the doses taken and open trouble tell the rules?

The statements are few and fixed; the builders are pure, so that a larger assembly can feed them
rows it has read itself.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from models.people.patients import Patient
from models.plan.catalogue import Product, ProductSetting
from models.plan.treatment_plans import TreatmentPlan
from rules.facts import CourseFacts, Facts, ProductFacts
from rules.plan.names import named_barred
from rules.plan.product import with_reported_esketamine
from rules.terms import Setting
from workflows.intake.intake_facts import intake_facts
from workflows.plan import authority
from workflows.platform import drug_data
from workflows.platform.work import Work

PDMP_KETAMINE, PDMP_ESKETAMINE = "ketamine_elsewhere", "esketamine_elsewhere"


class Planned(NamedTuple):
    """The product and the place that an act is about."""

    product: Product
    setting: Setting
    on_home_formulary: bool


def local_today(work: Work, patient: Patient) -> date:
    """Give the day it is where the patient is."""
    return work.now.astimezone(ZoneInfo(patient.time_zone)).date()


def for_prescribing(
    work: Work, patient: Patient, planned: Planned, where: authority.Where, course: CourseFacts
) -> Facts:
    """Put together everything an approval or an order is judged by."""
    told = intake_facts(work, patient.id)
    standing = authority.read(work, where)
    documented = standing.diagnosis_documented
    product = replace(
        product_from(planned, told.elsewhere, standing.pdmp_result),
        drug_data_on=_drug_data_on(work, told.person.local_date),
    )
    return Facts(
        now=work.now,
        limits=standing.limits,
        sheet=work.sheet,
        person=replace(told.person, identity_verified=standing.identity_verified),
        product=with_reported_esketamine(product, course.hold_codes or ()),
        authority=standing.authority,
        intake=replace(
            told.intake,
            diagnosis_documented=documented or told.intake.diagnosis_documented,
        ),
        instruments=told.instruments,
        course=course,
    )


def _drug_data_on(work: Work, today: date | None) -> date | None:
    """Give the date of the medicine data by which interactions are judged."""
    settings = work.runtime.settings
    if today is None:
        return None
    found = drug_data.in_force(settings.drug_data, today, production=settings.is_production)
    return found.dated


def read_product(work: Work, code: str, setting: Setting = Setting.HOME) -> Planned | None:
    """Read one product of the catalogue by its code, and whether it may go home."""
    home = exists().where(
        ProductSetting.product_id == Product.id, ProductSetting.setting == Setting.HOME
    )
    row = work.session.execute(select(Product, home).where(Product.code == code)).first()
    return None if row is None else Planned(row[0], setting, row[1])


def read_planned(work: Work, plan: TreatmentPlan) -> Planned:
    """Read the product of a plan."""
    home = exists().where(
        ProductSetting.product_id == Product.id, ProductSetting.setting == Setting.HOME
    )
    row = work.session.execute(select(Product, home).where(Product.id == plan.product_id)).one()
    return Planned(row[0], plan.setting, row[1])


def product_from(
    planned: Planned, elsewhere: ProductFacts, pdmp_result: str | None = None
) -> ProductFacts:
    """Say what the product is, by molecule, and what the patient gets from elsewhere."""
    product = planned.product
    suspect = named_barred(f"{product.code} {product.display}") is not None
    return replace(
        with_medicine_record(elsewhere, pdmp_result),
        molecules=(product.molecule,),
        blocked_alias=suspect,
        codes_agree=True,
        on_home_formulary=planned.on_home_formulary,
        route=product.route,
        form=product.form,
        setting=planned.setting,
        drug_data_on=product.data_on,
        setting_changed=False,
    )


def with_medicine_record(product: ProductFacts, result: str | None) -> ProductFacts:
    """Let what the state's medicine record says outweigh what the patient says."""
    found = (result or "").split()
    return replace(
        product,
        ketamine_elsewhere=PDMP_KETAMINE in found or product.ketamine_elsewhere,
        esketamine_elsewhere=PDMP_ESKETAMINE in found or product.esketamine_elsewhere,
    )

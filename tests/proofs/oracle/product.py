"""What may be taken, and where? Sections 1.2 to 1.5, 2.3 and gates G-01 to G-05 and G-42."""

from rules.facts import Facts
from rules.terms import DoseForm, Molecule, Route, Setting
from tests.proofs.oracle.three import Verdict, all_of, any_of, lacks, older_days

MOUTH = {Route.SUBLINGUAL, Route.BUCCAL, Route.ORAL}
TABLETS = {DoseForm.RAPID_DISSOLVE_TABLET, DoseForm.TROCHE, DoseForm.LOZENGE}


def product(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge molecule, route, lot and other courses."""
    drug = facts.product
    away = None if drug.setting is None else drug.setting is not Setting.CERTIFIED_SITE
    at_home = None if drug.setting is None else drug.setting is Setting.HOME
    esketamine = is_esketamine(facts)
    says["esketamine_home_prohibited"] = None if esketamine is None else all_of(esketamine, away)
    says["esketamine_setting_change_prohibited"] = drug.setting_changed
    says["product_identity_unresolved"] = lacks(drug.codes_agree) if drug.molecules else None
    unlisted = lacks(drug.on_home_formulary)
    says["product_not_on_home_formulary"] = False if at_home is False else unlisted
    says["enantiomer_not_allowed"] = _contains(drug.molecules, Molecule.ARKETAMINE)
    way = None if drug.route is None else drug.route not in MOUTH
    shape = None if drug.form is None else drug.form not in TABLETS
    told = way is not None and shape is not None
    says["route_not_allowed_at_home"] = _if(at_home, any_of(way, shape) if told else None)
    nasal = None if drug.route is None else drug.route is Route.NASAL
    says["intranasal_ketamine_home_prohibited"] = _if(at_home, nasal)
    _lot(facts, says)
    _elsewhere(facts, says)


def _if(at_home: Verdict, verdict: Verdict) -> Verdict:
    """Where it is taken must be known, even when the answer is the same everywhere."""
    return at_home and verdict


def is_esketamine(facts: Facts) -> Verdict:
    """By molecule or by a name that was blocked; not resolved is not known."""
    drug = facts.product
    return any_of(_contains(drug.molecules, Molecule.ESKETAMINE), drug.blocked_alias)


def _contains(molecules: tuple[Molecule, ...] | None, wanted: Molecule) -> Verdict:
    """Nothing resolved is not the same as something else."""
    return wanted in molecules if molecules else None


def _lot(facts: Facts, says: dict[str, Verdict]) -> None:
    drug, today = facts.product, facts.person.local_date
    says["lot_missing"] = None if drug.lot is None else not drug.lot
    says["lot_recalled"] = drug.lot_recalled
    gone = drug.beyond_use_on is None or today is None
    says["product_expired"] = None if gone else today > drug.beyond_use_on
    counts = (drug.tablet_count_expected, drug.tablet_count_reported)
    says["tablet_count_mismatch"] = None if None in counts else counts[0] != counts[1]
    says["drug_data_stale"] = older_days(drug.drug_data_on, today, 90)
    says["drug_data_ageing"] = older_days(drug.drug_data_on, today, 35)


def _elsewhere(facts: Facts, says: dict[str, Verdict]) -> None:
    """Home waits until the other course has ended and seven days have gone by."""
    drug, today = facts.product, facts.person.local_date
    last = drug.esketamine_last_dose_on
    running = None
    if last is not None and today is not None and drug.esketamine_course_ended is not None:
        running = not drug.esketamine_course_ended or (today - last).days < 7
    says["concurrent_esketamine_course"] = drug.esketamine_elsewhere and running
    says["concurrent_ketamine_elsewhere"] = drug.ketamine_elsewhere

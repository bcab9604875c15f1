"""Does esketamine stay in the office, and does only listed ketamine go home?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.core import Point
from rules.gates import rule_for
from rules.plan.product import ESKETAMINE_REPORTED, with_reported_esketamine
from rules.terms import DoseForm, Force, Molecule, Route, Setting
from tests.rules.asking import ask, decide
from tests.rules.facts_factory import TODAY, clear_facts, days_ago
from tests.rules.rows import Row, met, not_met, params, unknown

MOLECULES = "product__molecules"
SETTING = "product__setting"
ROUTE = "product__route"
SPRAVATO = {MOLECULES: (Molecule.ESKETAMINE,)}
HIDDEN = {MOLECULES: (Molecule.KETAMINE, Molecule.ESKETAMINE)}
HOME = "esketamine_home_prohibited"
ENDED = {"product__esketamine_elsewhere": True, "product__esketamine_course_ended": True}
LAST = "product__esketamine_last_dose_on"

ROWS = (
    met(HOME, **{MOLECULES: (Molecule.KETAMINE,)}),
    met(HOME, **SPRAVATO, **{SETTING: Setting.CERTIFIED_SITE}),
    not_met(HOME, **SPRAVATO),
    not_met(HOME, **HIDDEN),
    not_met(HOME, **SPRAVATO, **{SETTING: Setting.CLINIC}),
    not_met(HOME, product__blocked_alias=True),
    unknown(HOME, **SPRAVATO, **{SETTING: None}),
    unknown(HOME, product__blocked_alias=None),
    unknown(HOME, **{MOLECULES: None}),
    unknown(HOME, **{MOLECULES: ()}),
    met("esketamine_setting_change_prohibited", product__setting_changed=False),
    not_met("esketamine_setting_change_prohibited", product__setting_changed=True),
    unknown("esketamine_setting_change_prohibited", product__setting_changed=None),
    met("product_identity_unresolved", product__codes_agree=True),
    not_met("product_identity_unresolved", product__codes_agree=False),
    unknown("product_identity_unresolved", product__codes_agree=None),
    unknown("product_identity_unresolved", **{MOLECULES: ()}),
    met("product_not_on_home_formulary", product__on_home_formulary=True),
    not_met("product_not_on_home_formulary", product__on_home_formulary=False),
    unknown("product_not_on_home_formulary", product__on_home_formulary=None),
    *(
        met("product_not_on_home_formulary", product__on_home_formulary=False, **{SETTING: office})
        for office in (Setting.CLINIC, Setting.CERTIFIED_SITE)
    ),
    met("enantiomer_not_allowed", **SPRAVATO),
    not_met("enantiomer_not_allowed", **{MOLECULES: (Molecule.ARKETAMINE,)}),
    unknown("enantiomer_not_allowed", **{MOLECULES: None}),
    met("intranasal_ketamine_home_prohibited", **{ROUTE: Route.ORAL}),
    met("intranasal_ketamine_home_prohibited", **{ROUTE: Route.NASAL, SETTING: Setting.CLINIC}),
    not_met("intranasal_ketamine_home_prohibited", **{ROUTE: Route.NASAL}),
    unknown("intranasal_ketamine_home_prohibited", **{ROUTE: None}),
    unknown("intranasal_ketamine_home_prohibited", **{SETTING: None}),
    met("route_not_allowed_at_home", **{ROUTE: Route.BUCCAL, "product__form": DoseForm.TROCHE}),
    met("route_not_allowed_at_home", **{ROUTE: Route.INTRAVENOUS, SETTING: Setting.CLINIC}),
    *(
        not_met("route_not_allowed_at_home", **{ROUTE: route})
        for route in Route
        if route not in {Route.SUBLINGUAL, Route.BUCCAL, Route.ORAL}
    ),
    not_met("route_not_allowed_at_home", product__form=DoseForm.INJECTION),
    not_met("route_not_allowed_at_home", product__form=DoseForm.NASAL_SPRAY),
    unknown("route_not_allowed_at_home", **{ROUTE: None}),
    unknown("route_not_allowed_at_home", product__form=None),
    unknown("route_not_allowed_at_home", **{SETTING: None}),
    met("concurrent_esketamine_course", product__esketamine_elsewhere=False),
    met("concurrent_esketamine_course", **ENDED, **{LAST: days_ago(7)}),
    not_met("concurrent_esketamine_course", **ENDED, **{LAST: days_ago(6)}),
    not_met(
        "concurrent_esketamine_course",
        **{**ENDED, "product__esketamine_course_ended": False, LAST: days_ago(60)},
    ),
    unknown("concurrent_esketamine_course", **ENDED, **{LAST: None}),
    unknown("concurrent_esketamine_course", product__esketamine_elsewhere=True),
    unknown("concurrent_esketamine_course", product__esketamine_elsewhere=None),
    met("concurrent_ketamine_elsewhere", product__ketamine_elsewhere=False),
    not_met("concurrent_ketamine_elsewhere", product__ketamine_elsewhere=True),
    unknown("concurrent_ketamine_elsewhere", product__ketamine_elsewhere=None),
    met("drug_data_stale", product__drug_data_on=days_ago(90)),
    not_met("drug_data_stale", product__drug_data_on=days_ago(91)),
    unknown("drug_data_stale", product__drug_data_on=None),
    met("drug_data_ageing", product__drug_data_on=days_ago(35)),
    not_met("drug_data_ageing", product__drug_data_on=days_ago(36)),
    unknown("drug_data_ageing", person__local_date=None),
    met("lot_missing", product__lot="KT-1"),
    not_met("lot_missing", product__lot=" "),
    unknown("lot_missing", product__lot=None),
    met("lot_recalled", product__lot_recalled=False),
    not_met("lot_recalled", product__lot_recalled=True),
    unknown("lot_recalled", product__lot_recalled=None),
    met("product_expired", product__beyond_use_on=TODAY),
    not_met("product_expired", product__beyond_use_on=TODAY - timedelta(days=1)),
    unknown("product_expired", product__beyond_use_on=None),
    unknown("product_expired", person__local_date=None),
    met("tablet_count_mismatch", product__tablet_count_reported=4),
    not_met("tablet_count_mismatch", product__tablet_count_reported=3),
    not_met("tablet_count_mismatch", product__tablet_count_reported=5),
    unknown("tablet_count_mismatch", product__tablet_count_reported=None),
    unknown("tablet_count_mismatch", product__tablet_count_expected=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    row = Row(row.code, row.met, row.change, row.point or _at_home(row.code))
    assert ask(row).check.met is row.met


@pytest.mark.parametrize(
    "point", [Point.SCHEDULE, Point.APPROVAL, Point.ORDER, Point.CHECK_IN, Point.DOSE]
)
@pytest.mark.parametrize("change", [SPRAVATO, HIDDEN, {"product__blocked_alias": True}])
def test_esketamine_at_home_is_stopped_at_every_moment_whoever_overrides(point, change):
    everything = {**change, "overridden": frozenset({HOME})}

    decision = decide(Row(HOME, False, everything, point))

    assert decision.outcome == "stop"
    assert decision.codes[0] == HOME


@pytest.mark.parametrize("point", [Point.OFFICE_SCHEDULE, Point.OFFICE_START])
@pytest.mark.parametrize("setting", [Setting.HOME, Setting.CLINIC])
def test_an_office_session_of_esketamine_begins_only_at_a_certified_site(point, setting):
    assert HOME in decide(Row(HOME, False, {SETTING: setting}, point)).codes


def test_the_patient_reads_why_spravato_cannot_come_home():
    rule = rule_for(HOME)

    assert rule.force is Force.HARD
    assert "public web pages" in rule.says
    assert "certified site" in rule.says


def test_compounded_nasal_ketamine_is_stopped_and_named():
    spray = {ROUTE: Route.NASAL, "product__form": DoseForm.NASAL_SPRAY}

    decision = decide(Row(HOME, True, spray, Point.ORDER))

    assert decision.codes[:2] == (
        "intranasal_ketamine_home_prohibited",
        "route_not_allowed_at_home",
    )


def _at_home(code):
    rule = rule_for(code)
    moments = (Point.DOSE, Point.ORDER, Point.APPROVAL)
    return next(point for point in moments if point & rule.at)


def test_a_report_of_esketamine_outweighs_every_answer():
    told = clear_facts(Point.CHECK_IN).product
    ended = replace(told, esketamine_course_ended=True, esketamine_last_dose_on=days_ago(400))

    assert with_reported_esketamine(ended, ("care_team_hold",)) is ended
    reported = with_reported_esketamine(ended, (ESKETAMINE_REPORTED,))
    assert (reported.esketamine_elsewhere, reported.esketamine_course_ended) == (True, False)
    row = Row(ESKETAMINE_REPORTED, False, {"product": reported}, Point.CHECK_IN)
    assert ask(row).outcome == "stop"

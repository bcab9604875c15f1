"""Which questionnaires are there? Items, ranges, bands and codes; never the wording of others.

What is served to clients, what is scored and what alarms is all read from here. An edition that
was once answered is never taken out: it becomes `accepted` (a newer one exists) or `retired`.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from rules.intake.instrument_shape import (
    Band,
    Cluster,
    Licence,
    Progress,
    Questionnaire,
    Standing,
    Trigger,
    When,
)
from rules.terms import Instrument

_BY_YES_TO_Q2 = When(item="q2", answer=True)


def _items(count: int, first: int = 1) -> tuple[str, ...]:
    return tuple(f"q{number}" for number in range(first, first + count))


def _bands(**starts: int) -> tuple[Band, ...]:
    return tuple(Band(name=name, starts_at=start) for name, start in starts.items())


def _house_bands(**limits: str) -> tuple[Band, ...]:
    """Make bands that are named after what the house does from a limit of its own on."""
    return tuple(Band(name=name, limit=limit) for name, limit in limits.items())


def _codes(*codes: str) -> Mapping[str, str]:
    return MappingProxyType({f"q{number}": code for number, code in enumerate(codes, 1)})


_PHQ9 = Questionnaire(
    edition="2026.12",
    items=_items(9),
    optional=("difficulty",),
    recall="2_weeks",
    bands=_bands(minimal=0, mild=5, moderate=10, moderately_severe=15, severe=20),
    cut_off="phq9_moderate_from",
    progress=Progress(
        responds_from_percent="response_percent",
        remits_below="remission_below",
        remits_from_baseline="phq9_moderate_from",
        meaningful_from="phq9_meaningful_drop",
        meaningful_below="phq9_moderate_from",
    ),
    triggers=(Trigger(code="cssrs_needed", items=("q9",)),),
    licence=Licence.FREE,
    licence_statement=(
        "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, "
        "with an educational grant from Pfizer Inc. No permission is required to reproduce, "
        "translate, display or distribute it."
    ),
    panel_loinc="44249-1",
    total_loinc="44261-6",
    item_loinc=_codes(
        *("44250-9", "44255-8", "44259-0", "44254-1", "44251-7"),
        *("44258-2", "44252-5", "44253-3", "44260-8"),
    ),
)
_GAD7 = Questionnaire(
    items=_items(7),
    recall="2_weeks",
    bands=_bands(minimal=0, mild=5, moderate=10, severe=15),
    cut_off="gad7_moderate_from",
    progress=Progress(responds_from_percent="response_percent", remits_below="remission_below"),
    licence=Licence.FREE,
    licence_statement=_PHQ9.licence_statement,
    panel_loinc="69737-5",
    total_loinc="70274-6",
    # The last two are irritable, then afraid; a public list has them the other way round.
    item_loinc=_codes("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"),
)
_PCL5 = Questionnaire(
    items=_items(20),
    highest=4,
    recall="1_month",
    bands=(*_bands(below_cut_off=0), *_house_bands(probable="pcl5_probable_from")),
    cut_off="pcl5_probable_from",
    clusters=(
        Cluster(name="b_intrusion", items=_items(5)),
        Cluster(name="c_avoidance", items=_items(2, first=6)),
        Cluster(name="d_cognition_and_mood", items=_items(7, first=8)),
        Cluster(name="e_arousal", items=_items(6, first=15)),
    ),
    progress=Progress(reliable_from="pcl5_reliable_drop", meaningful_from="pcl5_meaningful_drop"),
    licence=Licence.PUBLIC_DOMAIN,
    licence_statement=(
        "Weathers, Litz, Keane, Palmieri, Marx and Schnurr (2013), National Center for PTSD, "
        "U.S. Department of Veterans Affairs. A work of the federal government, in the public "
        "domain."
    ),
)
_CSSRS = Questionnaire(
    items=(*_items(6), "q6_recent"),
    yes_no=(*_items(6), "q6_recent"),
    enabled_when=MappingProxyType(
        {
            "q3": _BY_YES_TO_Q2,
            "q4": _BY_YES_TO_Q2,
            "q5": _BY_YES_TO_Q2,
            "q6_recent": When(item="q6", answer=True),
        }
    ),
    recall="1_month_and_lifetime_or_since_last_asked",
    triggers=(
        Trigger(code="suicide_risk_high", items=("q4", "q5", "q6_recent")),
        Trigger(code="suicide_risk_moderate", items=("q3", "q6")),
        Trigger(code="suicide_risk_low", items=("q1", "q2")),
    ),
    licence_statement=(
        "Copyright of the Research Foundation for Mental Hygiene; the electronic rights are "
        "licensed. The wording comes with the clinic's own licence."
    ),
    item_loinc=MappingProxyType(
        {
            **_codes("93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3"),
            "q6_recent": "93269-9",
        }
    ),
    total_loinc="93374-7",
)
_AUDIT_C = Questionnaire(
    items=_items(3),
    highest=4,
    recall="1_year",
    bands=(
        *_bands(low=0),
        *_house_bands(positive="audit_c_positive_from", high="audit_c_high_from"),
    ),
    cut_off="audit_c_positive_from",
    cut_off_men="audit_c_positive_from_men",
    triggers=(Trigger(code="audit_c_high", limit="audit_c_high_from"),),
    licence=Licence.WITH_ATTRIBUTION,
    licence_statement=(
        "The first three questions of the Alcohol Use Disorders Identification Test of the World "
        "Health Organization (2001); short form by Bush and colleagues (1998)."
    ),
    panel_loinc="72109-2",
    total_loinc="75626-2",
    item_loinc=MappingProxyType({"q3": "68520-6"}),
)
_DAST10 = Questionnaire(
    items=_items(10),
    highest=1,
    yes_no=_items(10),
    reversed_items=("q3",),
    recall="1_year",
    bands=_bands(none=0, low=1, moderate=3, substantial=6, severe=9),
    cut_off="dast10_positive_from",
    triggers=(Trigger(code="dast10_high", limit="dast10_high_from"),),
    licence_statement=(
        "Copyright 1982 Harvey A. Skinner and the Centre for Addiction and Mental Health; free "
        "for non-commercial use only. The wording comes with the clinic's own licence."
    ),
    total_loinc="82667-7",
)
_ASRM = Questionnaire(
    items=_items(5),
    highest=4,
    recall="1_week",
    bands=(*_bands(below_cut_off=0), *_house_bands(likely_mania="asrm_positive_from")),
    cut_off="asrm_positive_from",
    triggers=(Trigger(code="mania_active", limit="asrm_positive_from"),),
    licence_statement="Copyright of Edward Altman. The wording comes with the clinic's permission.",
)
_OWN = "Our own words after a published idea; not a validated instrument."
_MOAAS = Questionnaire(
    items=("q1",),
    highest=5,
    by_an_observer=True,
    bands=(
        *_bands(emergency=0),
        Band(name="drowsy", limit="emergency_moaas", starts_at=1),
        *_house_bands(alert="alert_moaas"),
    ),
    triggers=(Trigger(code="emergency_unresponsive", items=("q1",), limit="emergency_moaas"),),
    licence=Licence.OWN_WORDS,
    licence_statement="Our own words for a short published scale.",
)
_USC6 = Questionnaire(
    items=(*_items(5), "blood"),
    yes_no=("blood",),
    not_counted=("blood",),
    recall="4_weeks",
    bands=(
        *_bands(clean=0),
        *_house_bands(review="urinary_review_from", hold="urinary_hold_from"),
    ),
    triggers=(
        Trigger(code="urinary_symptoms_hold", items=("blood",)),
        Trigger(code="urinary_symptoms_hold", items=("q4", "q5"), limit="urinary_pain_hold_from"),
        Trigger(code="urinary_symptoms_hold", limit="urinary_hold_from"),
        Trigger(code="urinary_symptoms_review", limit="urinary_review_from"),
    ),
    licence=Licence.OWN_WORDS,
    licence_statement=_OWN,
)
_CCC4 = Questionnaire(
    items=_items(4),
    recall="2_weeks",
    bands=(*_bands(clean=0), *_house_bands(review="cognitive_review_from")),
    triggers=(Trigger(code="cognitive_complaint_review", limit="cognitive_review_from"),),
    licence=Licence.OWN_WORDS,
    licence_statement=_OWN,
)
_SDC4 = Questionnaire(
    items=_items(4),
    by_an_observer=True,
    triggers=(
        Trigger(code="release_criteria_unmet", items=_items(4), limit="state_check_release_below"),
    ),
    licence=Licence.OWN_WORDS,
    licence_statement=_OWN,
)
_PGI_I = Questionnaire(
    items=("q1",),
    lowest=1,
    highest=7,
    recall="since_treatment_began",
    bands=_bands(much_better=1, better=3, no_change=4, worse=5),
    progress=Progress(better_at_most="pgi_i_responds_at_most"),
    licence=Licence.PUBLIC_DOMAIN,
    licence_statement="ECDEU Assessment Manual (1976), U.S. government; in the public domain.",
)
_PGI_S = Questionnaire(
    items=("q1",),
    lowest=1,
    highest=7,
    licence_statement=(
        "After the severity item of the ECDEU Assessment Manual (1976). No wording for patients "
        "was verified, so none is shipped: it comes with the clinic."
    ),
)
# Seven yes are not enough: they have to fall in the same time, and to have been a real problem.
_MDQ = Questionnaire(
    items=_items(13),
    yes_no=(*_items(13), "same_time"),
    optional=("same_time", "problem"),
    recall="lifetime",
    triggers=(Trigger(code="mdq_positive", limit="mdq_positive_from"),),
    licence_statement=(
        "Mood Disorder Questionnaire, copyrighted. The wording comes with the clinic's own licence."
    ),
)

# Every edition there ever was, newest first.
EDITIONS: Mapping[Instrument, tuple[Questionnaire, ...]] = MappingProxyType(
    {
        Instrument.PHQ9: (
            _PHQ9,
            # The nine items alone, as they were asked before the question of difficulty.
            replace(_PHQ9, edition="2026.11", standing=Standing.ACCEPTED, optional=()),
        ),
        Instrument.GAD7: (_GAD7,),
        Instrument.PCL5: (_PCL5,),
        # "1" was written by the pre-dose check before editions were served.
        Instrument.CSSRS: (_CSSRS, replace(_CSSRS, edition="1", standing=Standing.RETIRED)),
        Instrument.AUDIT_C: (_AUDIT_C,),
        Instrument.DAST10: (_DAST10,),
        Instrument.ASRM: (_ASRM,),
        Instrument.MOAAS: (_MOAAS,),
        Instrument.USC6: (_USC6,),
        Instrument.CCC4: (_CCC4,),
        Instrument.SDC4: (_SDC4,),
        Instrument.PGI_I: (_PGI_I,),
        Instrument.PGI_S: (_PGI_S,),
        Instrument.MDQ: (_MDQ,),
    }
)
QUESTIONNAIRES: Mapping[Instrument, Questionnaire] = MappingProxyType(
    {instrument: editions[0] for instrument, editions in EDITIONS.items()}
)


def edition_of(instrument: Instrument, edition: str | None) -> Questionnaire | None:
    """Give one edition, the newest if none is named; None if there never was such a one."""
    if edition is None:
        return QUESTIONNAIRES[instrument]
    return next((one for one in EDITIONS[instrument] if one.edition == edition), None)

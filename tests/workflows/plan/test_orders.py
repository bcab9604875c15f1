"""Does medicine leave only for a signed plan, fresh contact, clean holds and little at home?"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Hold
from models.plan.treatment_plans import Lot, MedicationOrder, Shipment, TreatmentPlan
from models.platform.trail import Notification
from rules.plan.resolver import ProductClaim
from rules.terms import (
    EnrolmentState,
    HoldSource,
    OrderState,
    SessionState,
    Setting,
    SubjectKind,
)
from tests.factories.clinic import Clinic
from tests.factories.plan import a_lot, a_received_shipment, an_order, the_product, what_of
from workflows.plan import evaluations, orders
from workflows.plan.evaluations import Query
from workflows.plan.orders import NewOrder, Parcel
from workflows.platform.errors import (
    HardStop,
    InvalidContent,
    NotNow,
    NotPermitted,
    RecordForbids,
)


def _order(clinic: Clinic, plan: TreatmentPlan, **over: Any) -> MedicationOrder:
    wanted: dict[str, Any] = {"external_prescription_id": "RX-1", "patient_state": "CO"}
    with clinic.acting() as work:
        return orders.order_medication(work, plan.id, NewOrder(**wanted | over))


def _stopped(clinic: Clinic, plan: TreatmentPlan, **over: Any) -> tuple[str, ...]:
    with pytest.raises(HardStop) as stopped:
        _order(clinic, plan, **over)
    return stopped.value.decision.codes


def _parcel(clinic: Clinic, **over: Any) -> Parcel:
    values: dict[str, Any] = {
        "lot_number": "KT-1",
        "pharmacy": "Corner Pharmacy",
        "beyond_use_on": date(2027, 3, 1),
        "units": 2,
        "shipped_at": clinic.now,
    }
    return Parcel(**values | over)


def _ship(clinic: Clinic, order: MedicationOrder, **over: Any) -> Shipment:
    with clinic.acting() as work:
        return orders.record_shipment(work, order.id, _parcel(clinic, **over))


def _closed_session(clinic: Clinic, plan: TreatmentPlan, number: int) -> None:
    clinic.session.add(
        DoseSession(
            **what_of(the_product(clinic.session)),
            patient_id=clinic.patient.id,
            plan_id=plan.id,
            number=number,
            dose_mg_hundredths=10_000,
            scheduled_at=clinic.now,
            time_zone="America/Denver",
            state=SessionState.CLOSED,
            created_by=clinic.prescriber.id,
            created_at=clinic.now,
        )
    )
    clinic.session.commit()


def test_the_first_order_is_for_two_sessions_and_activates_the_prescription(
    clinic: Clinic,
) -> None:
    order = _order(clinic, clinic.signed_plan())
    assert (order.sessions_supplied, order.units) == (2, 2)
    assert clinic.fresh().enrolment is EnrolmentState.RX_ACTIVE


def test_before_the_second_session_no_more_than_two_are_sent(clinic: Clinic) -> None:
    with pytest.raises(RecordForbids) as refused:
        _order(clinic, clinic.signed_plan(), sessions=3)
    assert refused.value.code == "supply_too_large"


def test_after_two_closed_sessions_up_to_the_rest_is_sent(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    for number in (1, 2):
        _closed_session(clinic, plan, number)
    assert _order(clinic, plan, sessions=6).sessions_supplied == 6


def test_medicine_at_home_for_two_sessions_stops_the_next_order(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    a_received_shipment(clinic.session, clinic.now, clinic.patient, plan, units=2)
    clinic.session.commit()
    assert "early_refill" in _stopped(clinic, plan)


def test_a_parcel_on_its_way_counts_as_at_home(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    _order(clinic, plan)
    assert "early_refill" in _stopped(clinic, plan, external_prescription_id="RX-2")


def test_medicine_for_one_session_lets_one_more_be_ordered_up_to_the_course(
    clinic: Clinic,
) -> None:
    plan = clinic.signed_plan(session_count=2)
    a_received_shipment(clinic.session, clinic.now, clinic.patient, plan, units=1)
    clinic.session.commit()
    assert _order(clinic, plan).sessions_supplied == 1


def test_a_prescription_is_recorded_once(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    an_order(
        clinic.session,
        clinic.now,
        clinic.patient,
        plan,
        external_prescription_id="RX-1",
        state=OrderState.CANCELLED,
    )
    clinic.session.commit()
    with pytest.raises(RecordForbids) as refused:
        _order(clinic, plan)
    assert refused.value.code == "prescription_already_recorded"


def test_a_hold_stops_the_order(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    clinic.session.add(
        Hold(
            patient_id=clinic.patient.id,
            source=HoldSource.COACH,
            code="care_team_hold",
            subject_type=SubjectKind.PATIENT,
            subject_id=clinic.patient.id,
            placed_at=clinic.now,
        )
    )
    clinic.session.commit()
    assert "care_team_hold" in _stopped(clinic, plan)


def test_a_query_older_than_a_day_stops_the_order_until_it_is_made_again(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    later = clinic.runtime.clock.advance(hours=24)  # type: ignore[attr-defined]
    assert _stopped(clinic, plan) == ("pdmp_stale", "in_person_visit_absent")
    with clinic.acting() as work:
        fresh = Query(checked_at=later, result="nothing_of_concern", reference="P-9")
        evaluations.record_pdmp_query(work, clinic.patient.id, "CO", fresh)
    assert _order(clinic, plan).state is OrderState.ORDERED


def test_contact_more_than_ninety_days_ago_stops_the_order(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    clinic.runtime.clock.advance(days=91)  # type: ignore[attr-defined]
    assert {"contact_stale", "approval_expired"} <= set(_stopped(clinic, plan))


@pytest.mark.parametrize(
    "says",
    [
        ProductClaim(text="Spravato"),
        ProductClaim(ndc="50458-028-03"),
        ProductClaim(rxcui="2119365"),
        ProductClaim(other_codes=("N06AX27",)),
    ],
)
def test_an_order_that_names_esketamine_is_refused(clinic: Clinic, says: ProductClaim) -> None:
    with pytest.raises(RecordForbids) as refused:
        _order(clinic, clinic.signed_plan(), says=says)
    assert refused.value.code == "esketamine_home_prohibited"


def test_a_draft_carries_no_order(clinic: Clinic) -> None:
    plan = clinic.signed_plan(state="draft", signed_at=None, signed_by=None)
    with pytest.raises(NotNow):
        _order(clinic, plan)


def test_only_a_prescriber_orders(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    wanted = NewOrder(external_prescription_id="RX-1", patient_state="CO")
    with pytest.raises(NotPermitted), clinic.as_patient() as work:
        orders.order_medication(work, plan.id, wanted)


def test_a_parcel_carries_its_lot_and_the_patient_counts_it(clinic: Clinic) -> None:
    order = _order(clinic, clinic.signed_plan())
    shipment = _ship(clinic, order)
    before = clinic.fresh().safety_version
    with clinic.as_patient() as work:
        received = orders.confirm_receipt(work, shipment.id, 2)
    assert (received.units_received, received.received_at) == (2, clinic.now)
    clinic.session.expire_all()
    assert clinic.session.get_one(MedicationOrder, order.id).state is OrderState.RECEIVED
    assert clinic.fresh().safety_version == before + 1
    assert clinic.session.scalars(select(Lot)).one().number == "KT-1"


def test_a_count_that_differs_goes_to_the_prescriber(clinic: Clinic) -> None:
    shipment = _ship(clinic, _order(clinic, clinic.signed_plan()))
    with clinic.as_patient() as work:
        orders.confirm_receipt(work, shipment.id, 1)
    told = clinic.session.scalars(
        select(Notification.user_id).where(Notification.template == "parcel_count_differs")
    ).all()
    assert set(told) == {clinic.prescriber.id, clinic.second.id}


def test_a_parcel_is_received_once(clinic: Clinic) -> None:
    shipment = _ship(clinic, _order(clinic, clinic.signed_plan()))
    with clinic.as_patient() as work:
        orders.confirm_receipt(work, shipment.id, 2)
    with pytest.raises(RecordForbids) as refused, clinic.as_patient() as work:
        orders.confirm_receipt(work, shipment.id, 2)
    assert refused.value.code == "already_received"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"beyond_use_on": date(2026, 11, 1)}, "product_expired"),
        ({"lot_number": "OTHER"}, "lot_differs"),
        ({"lot_number": "RECALLED"}, "lot_recalled"),
    ],
)
def test_a_lot_that_differs_or_is_out_of_date_is_refused(
    clinic: Clinic, over: dict[str, Any], code: str
) -> None:
    at = {"pharmacy": "Corner Pharmacy"}
    a_lot(clinic.session, clinic.now, "ket-rdt-50", number="OTHER", **at)
    recalled = {"recalled_at": clinic.now, "recalled_by": clinic.officer.id}
    a_lot(clinic.session, clinic.now, number="RECALLED", **at, **recalled)
    clinic.session.commit()
    order = _order(clinic, clinic.signed_plan())
    with pytest.raises(RecordForbids) as refused:
        _ship(clinic, order, **over)
    assert refused.value.code == code


@pytest.mark.parametrize("over", [{"units": 3}, {"shipped_at": timedelta(minutes=1)}])
def test_a_parcel_with_more_than_ordered_or_from_the_future_is_refused(
    clinic: Clinic, over: dict[str, Any]
) -> None:
    order = _order(clinic, clinic.signed_plan())
    if "shipped_at" in over:
        over = {"shipped_at": clinic.now + over["shipped_at"]}
    with pytest.raises(InvalidContent):
        _ship(clinic, order, **over)


def test_a_cancelled_order_is_not_shipped(clinic: Clinic) -> None:
    order = _order(clinic, clinic.signed_plan())
    with clinic.acting() as work:
        orders.cancel_order(work, order.id)
    with pytest.raises(NotNow):
        _ship(clinic, order)


def test_the_patient_reads_orders_and_parcels(clinic: Clinic) -> None:
    shipment = _ship(clinic, _order(clinic, clinic.signed_plan()))
    with clinic.as_patient() as work:
        assert len(orders.read_orders(work, clinic.patient.id)) == 1
        assert orders.read_shipments(work, clinic.patient.id)[0].id == shipment.id


def test_a_course_that_is_wholly_supplied_gets_no_more(clinic: Clinic) -> None:
    plan = clinic.signed_plan(session_count=1)
    a_received_shipment(clinic.session, clinic.now, clinic.patient, plan, units=1)
    clinic.session.commit()
    with pytest.raises(RecordForbids) as refused:
        _order(clinic, plan)
    assert refused.value.code == "early_refill"


def test_a_plan_for_the_clinic_is_not_ordered_from_here(clinic: Clinic) -> None:
    plan = clinic.signed_plan(setting=Setting.CLINIC)
    with pytest.raises(RecordForbids) as refused:
        _order(clinic, plan)
    assert refused.value.code == "product_not_on_home_formulary"

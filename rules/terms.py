"""Which words does the house use for people, places, drugs, states and answers?

The vocabulary every other room shares. Stored choices are these readable strings, never integers.
"""

from enum import Enum, StrEnum


class Role(StrEnum):
    """What a person is here to do. A role alone opens nothing: the relation to the patient does."""

    PATIENT = "patient"
    SITTER = "sitter"
    COACH = "coach"
    PRESCRIBER = "prescriber"
    SAFETY_OFFICER = "safety_officer"
    SITE_STAFF = "site_staff"
    ADMIN = "admin"
    SYSTEM = "system"


class Setting(StrEnum):
    """Where a dose is taken; fixed when the session is created, for ever."""

    HOME = "home"
    CERTIFIED_SITE = "certified_site"
    CLINIC = "clinic"


class Molecule(StrEnum):
    """What the drug is, by molecule and never by name."""

    KETAMINE = "ketamine"
    ESKETAMINE = "esketamine"
    ARKETAMINE = "arketamine"


class Route(StrEnum):
    """How the dose enters the body."""

    SUBLINGUAL = "sublingual"
    BUCCAL = "buccal"
    ORAL = "oral"
    NASAL = "nasal"
    INTRAMUSCULAR = "intramuscular"
    INTRAVENOUS = "intravenous"
    SUBCUTANEOUS = "subcutaneous"
    RECTAL = "rectal"
    INHALED = "inhaled"


class DoseForm(StrEnum):
    """The shape the product comes in."""

    RAPID_DISSOLVE_TABLET = "rapid_dissolve_tablet"
    TROCHE = "troche"
    LOZENGE = "lozenge"
    NASAL_SPRAY = "nasal_spray"
    INJECTION = "injection"


class Force(StrEnum):
    """Who can pass a rule that is not met: nobody, a prescriber, or everybody."""

    HARD = "hard"
    SOFT = "soft"
    ADVISORY = "advisory"
    ESCALATION = "escalation"


class Outcome(StrEnum):
    """What a gate answers, mildest first."""

    CLEAR = "clear"
    HOLD = "hold"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """Position from mildest to worst, so that the worst finding decides."""
        return tuple(Outcome).index(self)


class Suitability(StrEnum):
    """What the eligibility screen answers; it never approves anybody."""

    CANDIDATE = "candidate"
    NEEDS_REVIEW = "needs_review"
    NOT_SUITABLE = "not_suitable"


class EnrolmentState(StrEnum):
    """Where a person stands in the programme."""

    PROSPECT = "prospect"
    INTAKE_IN_PROGRESS = "intake_in_progress"
    INTAKE_SUBMITTED = "intake_submitted"
    SCREENED_OUT = "screened_out"
    PENDING_REVIEW = "pending_review"
    APPROVED_HOME = "approved_home"
    APPROVED_IN_OFFICE_ONLY = "approved_in_office_only"
    DECLINED = "declined"
    MORE_INFORMATION = "more_information"
    CONSENTED = "consented"
    RX_ACTIVE = "rx_active"
    COURSE_ACTIVE = "course_active"
    MID_COURSE_REVIEW = "mid_course_review"
    PAUSED = "paused"
    COURSE_COMPLETE = "course_complete"
    MAINTENANCE_REVIEW = "maintenance_review"
    SUSPENDED = "suspended"
    DISCHARGED = "discharged"
    WITHDRAWN = "withdrawn"
    DECEASED = "deceased"


class LawKind(StrEnum):
    """What a row of law speaks about: one state, or the whole country."""

    JURISDICTION = "jurisdiction"
    FEDERAL_AUTHORITY = "federal_authority"


class EndingKind(StrEnum):
    """Which kind of right ends."""

    JURISDICTION = "jurisdiction"
    TELEMEDICINE = "telemedicine"
    LICENCE = "licence"
    DEA = "dea"
    SITE = "site"


class PdmpScope(StrEnum):
    """Which prescriptions a state wants its medicine record asked for; we ask for every one."""

    EVERY_PRESCRIPTION = "every_prescription"
    FIRST_PRESCRIPTION = "first_prescription"
    NOT_MANDATED = "not_mandated"


class Profession(StrEnum):
    """As what somebody is licensed; a state may keep some drugs to physicians."""

    PHYSICIAN = "physician"
    NURSE_PRACTITIONER = "nurse_practitioner"
    PHYSICIAN_ASSISTANT = "physician_assistant"
    OTHER = "other"


class ApprovalDecision(StrEnum):
    """What a prescriber decides after the evaluation."""

    HOME = "home"
    IN_OFFICE_ONLY = "in_office_only"
    DECLINED = "declined"
    MORE_INFORMATION = "more_information"


class PlanState(StrEnum):
    """Where a treatment plan stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    ENDED = "ended"


class OrderState(StrEnum):
    """Where a medication order stands."""

    ORDERED = "ordered"
    SHIPPED = "shipped"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class SessionState(StrEnum):
    """Where a home dose session stands."""

    SCHEDULED = "scheduled"
    CHECKIN_OPEN = "checkin_open"
    BLOCKED = "blocked"
    CLEARED = "cleared"
    MONITORING = "monitoring"
    EMERGENCY = "emergency"
    RELEASED = "released"
    CLOSED = "closed"
    ABORTED = "aborted"
    CANCELLED = "cancelled"
    UNACCOUNTED = "unaccounted"


class OfficeState(StrEnum):
    """Where an in-office session stands."""

    SCHEDULED = "scheduled"
    ARRIVED = "arrived"
    PRE_CHECKS = "pre_checks"
    DOSING = "dosing"
    MONITORING = "monitoring"
    EMERGENCY = "emergency"
    DISCHARGED = "discharged"
    PMF_DUE = "pmf_due"
    PMF_SUBMITTED = "pmf_submitted"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AdverseEventState(StrEnum):
    """Where a harm report stands. It is never deleted, and it can be reopened."""

    REPORTED = "reported"
    TRIAGED = "triaged"
    UNDER_ASSESSMENT = "under_assessment"
    ASSESSED = "assessed"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"


class Seriousness(StrEnum):
    """The six regulatory criteria; any one makes an event serious (21 CFR 314.80, 312.32)."""

    DEATH = "sae_death"
    LIFE_THREATENING = "sae_life_threatening"
    HOSPITALIZATION = "sae_hospitalization"
    DISABILITY = "sae_disability"
    CONGENITAL = "sae_congenital"
    IMPORTANT_MEDICAL = "sae_important_medical"


class EventOutcome(StrEnum):
    """How the person is after the event (ICH E2B(R3) E.i.7)."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not_recovered"
    WITH_SEQUELAE = "with_sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"


class SuicideRisk(StrEnum):
    """The triage of a C-SSRS screener; `incomplete` counts as not done."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    INCOMPLETE = "incomplete"


class VitalSource(StrEnum):
    """How a reading reached us, best evidence first."""

    DEVICE = "device"
    PHOTO = "photo"
    SPOKEN_ON_VIDEO = "spoken_on_video"
    TYPED = "typed"


class VitalPurpose(StrEnum):
    """Why a reading was taken."""

    REHEARSAL = "rehearsal"
    PRE_DOSE = "pre_dose"
    DURING = "during"
    RELEASE = "release"
    OFFICE = "office"


class AppointmentKind(StrEnum):
    """What an appointment is for."""

    EVALUATION = "evaluation"
    PREPARATION = "preparation"
    COACHING = "coaching"
    REVIEW = "review"


class AppointmentState(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class NoteState(StrEnum):
    """A note is a draft until it is signed; what is signed never changes."""

    DRAFT = "draft"
    SIGNED = "signed"


class HoldSource(StrEnum):
    """Who or what holds the next dose."""

    COACH = "coach"
    PRESCRIBER = "prescriber"
    SAFETY_OFFICER = "safety_officer"
    PATIENT = "patient"
    SITTER = "sitter"
    ADVERSE_EVENT = "adverse_event"
    EMERGENCY = "emergency"
    SUICIDE_RISK = "suicide_risk"
    SYSTEM = "system"


class SitterState(StrEnum):
    """Where an invited sitter stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    REMOVED = "removed"


class FollowUpKind(StrEnum):
    """The touches generated after every dose."""

    HOURS_24 = "24_hours"
    HOURS_72 = "72_hours"
    WEEK_1 = "1_week"
    WEEKS_2 = "2_weeks"
    WEEKS_4 = "4_weeks"
    WEEKS_12 = "12_weeks"


class DeadlineKind(StrEnum):
    """What falls due, for the sweep to notice when it did not happen."""

    MONITOR_CHECK = "monitor_check"
    VITALS_40_MINUTES = "vitals_40_minutes"
    VITALS_120_MINUTES = "vitals_120_minutes"
    VITALS_RECHECK = "vitals_recheck"
    PROLONGED_EFFECT = "prolonged_effect"
    SESSION_ABANDONED = "session_abandoned"
    FOLLOW_UP = "follow_up"
    AE_TRIAGE = "ae_triage"
    RISK_REVIEW = "risk_review"
    INSTRUMENTS = "instruments"
    INSTRUMENTS_OVERDUE = "instruments_overdue"
    MONITORING_FORM = "monitoring_form"
    POST_FIRST_SESSION_REVIEW = "post_first_session_review"
    ESCALATION_ACKNOWLEDGEMENT = "escalation_acknowledgement"
    RIGHT_ENDS = "right_ends"
    BREAK_GLASS_ENDS = "break_glass_ends"
    BREAK_GLASS_REVIEW = "break_glass_review"
    LATE_ITEM = "late_item"
    QUARANTINE = "quarantine"
    ACCESS_REQUEST = "access_request"
    AMENDMENT_REQUEST = "amendment_request"
    WEBHOOK_SILENT = "webhook_silent"
    MESSAGE_UNDELIVERED = "message_undelivered"


class GlassReason(StrEnum):
    """Why somebody reads a record without a relation to the patient."""

    EMERGENCY_CARE = "emergency_care"
    NOBODY_ELSE = "nobody_else"
    SAFETY_CONCERN = "safety_concern"


class CopyFormat(StrEnum):
    """How a copy of a record is written: for a machine, or for a person."""

    JSON = "json"
    PDF = "pdf"


class RecipientKind(StrEnum):
    """Who gets something of a record; the patient is no disclosure."""

    PATIENT = "patient"
    PHARMACY = "pharmacy"
    REMS = "rems"
    STATE_RECORD = "state_record"
    AUTHORITY = "authority"
    CLINICIAN = "clinician"
    LAWYER = "lawyer"
    OTHER = "other"


class RequestKind(StrEnum):
    """What a patient asks of their record."""

    ACCESS = "access"
    AMENDMENT = "amendment"


class RequestOutcome(StrEnum):
    """How a request about the record was answered."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    DENIED = "denied"


class DisclosurePurpose(StrEnum):
    """What something of a record was given away for."""

    TREATMENT = "treatment"
    DRUG_SAFETY = "drug_safety"
    REQUIRED_BY_LAW = "required_by_law"
    ASKED_BY_PATIENT = "asked_by_patient"
    EMERGENCY = "emergency"


class SubjectKind(StrEnum):
    """What a decision, deadline or hold is about."""

    PATIENT = "patient"
    INTAKE = "intake"
    APPROVAL = "approval"
    TREATMENT_PLAN = "treatment_plan"
    DOSE_SESSION = "dose_session"
    OFFICE_SESSION = "office_session"
    ADVERSE_EVENT = "adverse_event"
    FOLLOW_UP = "follow_up"
    ASSESSMENT = "assessment"
    ESCALATION = "escalation"
    AUDIT_CHECKPOINT = "audit_checkpoint"
    BREAK_GLASS = "break_glass"
    RIGHTS_REQUEST = "rights_request"
    QUARANTINED_QUEUE = "quarantined_queue"


class Rung(Enum):
    """The ladder a silence climbs, nearest person first."""

    SITTER = 1
    PATIENT = 2
    EMERGENCY_CONTACT = 3
    COACH = 4
    ON_CALL_CLINICIAN = 5


class Symptom(StrEnum):
    """What a sitter or patient can tap while watching; everyday effects first."""

    NAUSEA = "nausea"
    DIZZINESS = "dizziness"
    HEADACHE = "headache"
    FEELS_UNREAL = "feels_unreal"
    SLEEPY = "sleepy"
    ANXIETY = "anxiety"
    PALPITATIONS = "palpitations"
    VOMITING = "vomiting"
    VOMITING_OVER_AN_HOUR = "vomiting_over_an_hour"
    VOMITING_WHILE_DROWSY = "vomiting_while_drowsy"
    PANIC_NOT_SETTLING = "panic_not_settling"
    CANNOT_WALK = "cannot_walk"
    UNRESPONSIVE = "unresponsive"
    NOT_BREATHING_NORMALLY = "not_breathing_normally"
    BLUE_LIPS = "blue_lips"
    CHOKING = "choking"
    SEIZURE = "seizure"
    CHEST_PAIN = "chest_pain"
    SHORT_OF_BREATH = "short_of_breath"
    WORST_HEADACHE = "worst_headache"
    SUDDEN_WEAKNESS = "sudden_weakness"
    SPEECH_LOSS = "speech_loss"
    VISION_LOSS = "vision_loss"
    FAINTED_AND_HURT = "fainted_and_hurt"
    SWOLLEN_FACE = "swollen_face"
    WHEEZING = "wheezing"
    SEVERE_AGITATION = "severe_agitation"
    VIOLENCE = "violence"
    LEFT_HOME = "left_home"
    LOST_TOUCH_WITH_REALITY = "lost_touch_with_reality"
    SUICIDAL_INTENT = "suicidal_intent"
    TOOK_TOO_MUCH = "took_too_much"
    SOMEONE_ELSE_EXPOSED = "someone_else_exposed"
    SITTER_LEFT = "sitter_left"
    FALL = "fall"


class Deviation(StrEnum):
    """How a dose went into the body otherwise than planned; never made good on the same day."""

    SWALLOWED_EARLY = "swallowed_early"
    SPILLED = "spilled"
    DROPPED = "dropped"
    SPAT_OUT_EARLY = "spat_out_early"
    VOMITED = "vomited"
    TOOK_LESS = "took_less"
    TOOK_MORE = "took_more"
    OTHER = "other"


class Urgency(StrEnum):
    """Who has to act on an alarm, mildest first."""

    RECHECK = "recheck"
    CLINICIAN = "clinician"
    EMERGENCY_SERVICES = "emergency_services"

    @property
    def rank(self) -> int:
        """Position from mildest to worst."""
        return tuple(Urgency).index(self)


class Language(StrEnum):
    """In which language somebody likes to be written to."""

    ENGLISH = "en"
    SPANISH = "es"


class Instrument(StrEnum):
    """A set of questions with a score."""

    PHQ9 = "phq9"
    GAD7 = "gad7"
    PCL5 = "pcl5"
    CSSRS = "cssrs"
    AUDIT_C = "audit_c"
    DAST10 = "dast10"
    ASRM = "asrm"
    MOAAS = "moaas"
    USC6 = "usc6"
    CCC4 = "ccc4"
    SDC4 = "sdc4"
    PGI_I = "pgi_i"
    PGI_S = "pgi_s"
    MDQ = "mdq"


class Severity(StrEnum):
    """How bad an event is (CTCAE generic grades); it never decides whether it is serious."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"
    LIFE_THREATENING = "life_threatening"
    DEATH = "death"

    @property
    def grade(self) -> int:
        """The CTCAE grade, 1 to 5."""
        return tuple(Severity).index(self) + 1


class Causality(StrEnum):
    """Whether the drug did it (WHO-UMC)."""

    CERTAIN = "certain"
    PROBABLE_LIKELY = "probable_likely"
    POSSIBLE = "possible"
    UNLIKELY = "unlikely"
    CONDITIONAL_UNCLASSIFIED = "conditional_unclassified"
    UNASSESSABLE_UNCLASSIFIABLE = "unassessable_unclassifiable"


class HarmSignal(StrEnum):
    """Kinds of event that are always reviewed as serious, whatever the criteria say."""

    RESPIRATORY_DEPRESSION = "respiratory_depression"
    LOSS_OF_CONSCIOUSNESS = "loss_of_consciousness"
    SEIZURE = "seizure"
    HYPERTENSIVE_CRISIS = "hypertensive_crisis"
    PSYCHOSIS_OR_MANIA = "psychosis_or_mania"
    SUICIDE_ATTEMPT_OR_HIGH_RISK = "suicide_attempt_or_high_risk"
    URINARY_HARM = "urinary_harm"
    MISUSE_OR_DIVERSION = "misuse_or_diversion"
    EXPOSURE_OF_ANOTHER_PERSON = "exposure_of_another_person"
    PREGNANCY_EXPOSURE = "pregnancy_exposure"
    EMERGENCY_DEPARTMENT_VISIT = "emergency_department_visit"
    ESKETAMINE_OUTSIDE_CLINIC = "esketamine_outside_clinic"


class Decided(StrEnum):
    """What somebody decided about an item of a phone whose sign-in was over."""

    ACCEPTED = "accepted"
    SET_ASIDE = "set_aside"

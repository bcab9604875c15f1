"""What does a message say in Spanish? The same: that something waits, and never what.

Our own words, one for each message in English: no message is ever in two languages by halves.
"""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.platform.template import Template

_LOOK = "Vigil: algo que mirar"

SPANISH: Mapping[str, Template] = MappingProxyType(
    {
        "answer_at_once": Template(
            "Vigil: responda ahora, por favor",
            "Esperamos su respuesta. Abra Vigil ahora. Si está preocupado, llame al 911.",
        ),
        "answer_please": Template(
            "Vigil: responda, por favor",
            "Esperamos su respuesta. Abra Vigil cuando lea esto.",
        ),
        "sitter_link_opened_again": Template(
            "Vigil: un enlace se usó otra vez",
            "Alguien abrió por segunda vez una invitación nuestra. Si no fue ninguno de ustedes,"
            " llámenos.",
        ),
        "sitter_gone": Template(
            "Vigil: alguien no puede venir",
            "Alguien con quien usted cuenta ya no puede venir. Abra Vigil y elija a otra persona.",
        ),
        "appointment_booked": Template(
            "Vigil: hay una cita", "Se reservó una cita para usted. Abra Vigil para verla."
        ),
        "appointment_moved": Template(
            "Vigil: cambió una cita", "Se cambió una cita. Abra Vigil para ver la nueva."
        ),
        "appointment_cancelled": Template(
            "Vigil: se canceló una cita", "Se canceló una cita. Abra Vigil para pedir otra."
        ),
        "appointment_missed": Template(
            "Vigil: faltó a una cita", "Le esperamos en una cita. Abra Vigil para pedir otra."
        ),
        "decision_ready": Template(
            "Vigil: una respuesta para usted", "Su respuesta está lista. Abra Vigil."
        ),
        "parcel_notice": Template(
            "Vigil: lea esto ahora, por favor",
            "Abra Vigil antes de usar cualquier cosa que le hayamos enviado.",
        ),
        "parcel_on_its_way": Template(
            "Vigil: un paquete", "Un paquete va en camino. Abra Vigil cuando llegue."
        ),
        "signed_out_for_safety": Template(
            "Vigil: tiene que volver a entrar",
            "Cerramos su entrada a Vigil para proteger su cuenta. Vuelva a entrar.",
        ),
        "password_changed": Template(
            "Vigil: cambió su contraseña",
            "Se cambió su contraseña. Si no fue usted, llámenos ahora.",
        ),
        "check_again": Template(
            "Vigil: espere, por favor",
            "Hay que volver a revisar algo antes de seguir. Abra Vigil.",
        ),
        "card_was_read": Template(
            "Vigil: se leyó algo",
            "Alguien leyó lo que se dio a quienes ayudan. Abra Vigil para ver qué y cuándo.",
        ),
        "second_factor_changed": Template(
            "Vigil: cambió su forma de entrar",
            "Se cambió el segundo paso para entrar. Si no fue usted, llámenos ahora.",
        ),
        "questions_wait": Template(
            "Vigil: algunas preguntas",
            "Le esperan algunas preguntas. Abra Vigil cuando tenga tiempo.",
        ),
        "reach_somebody": Template(
            "Busque, por favor, a quien le nombró",
            "No responde. Llame o vaya a ver ahora, por favor. Si no logra dar con la persona y"
            " está preocupado, llame al 911.",
        ),
        "somebody_needs_you": Template(
            "Vigil: alguien le necesita", "Alguien de su lista espera respuesta. Abra Vigil."
        ),
        "somebody_needs_you_now": Template(
            "Vigil: responda ahora",
            "Alguien necesita su respuesta ahora. Abra Vigil y hágase cargo.",
            urgent=True,
        ),
        "help_was_called": Template(
            "Vigil: responda ahora",
            "Alguien pidió ayuda. Abra Vigil y hágase cargo.",
            urgent=True,
        ),
        "dose_blocked": Template(_LOOK, "Alguien no puede seguir sin usted. Abra Vigil."),
        "dose_reported": Template(_LOOK, "Se le informó de algo. Abra Vigil pronto."),
        "hold_placed": Template(_LOOK, "Alguien pidió esperar. Abra Vigil para ver por qué."),
        "intake_submitted": Template(_LOOK, "Alguien terminó su formulario. Abra Vigil."),
        "parcel_count_differs": Template(_LOOK, "Una cuenta no cuadra. Abra Vigil."),
        "patient_wants_a_word": Template(_LOOK, "Alguien quiere hablar con usted. Abra Vigil."),
        "reading_needs_a_look": Template(_LOOK, "Un número pide su atención. Abra Vigil."),
        "request_waits": Template(_LOOK, "Alguien pidió algo. Abra Vigil."),
        "somebody_left": Template(_LOOK, "Alguien se ha ido. Abra Vigil."),
        "report_received": Template(_LOOK, "Le espera un aviso nuevo. Abra Vigil pronto."),
        "report_added_to": Template(_LOOK, "Se añadió algo a un aviso. Abra Vigil."),
        "late_item_unread": Template(
            _LOOK, "Un teléfono envió algo que no pudimos recibir. Abra Vigil."
        ),
        "phone_forked": Template(_LOOK, "Un teléfono parece tener un doble. Abra Vigil."),
        "queue_in_quarantine": Template(
            _LOOK, "Un teléfono cuya entrada se cerró envió algo. Abra Vigil."
        ),
        "sitter_contact_code": Template("Vigil: su código", "Escriba este código en Vigil:"),
        "recovery_asked": Template(
            "Vigil: su cuenta",
            "Alguien nos pidió abrir de nuevo su cuenta. Si no fue usted, llámenos ahora.",
        ),
        "account_recovered": Template(
            "Vigil: su cuenta se abrió de nuevo",
            "Las formas anteriores de entrar terminaron. Si no fue usted, llámenos ahora.",
        ),
        "sign_in_misused": Template(
            "Vigil: mal uso de una entrada",
            "Alguien usó dos veces una entrada del equipo. La cerramos. Abra Vigil para ver cuál.",
        ),
        "work_moved_to_you": Template(
            _LOOK, "Algo de alguien que se fue es ahora suyo. Abra Vigil para verlo."
        ),
        "work_without_owner": Template(
            "Vigil: nadie tiene esto",
            "Alguien se fue y nadie tiene aún su trabajo. Abra Vigil y busque a alguien.",
            urgent=True,
        ),
        "glass_broken": Template(
            "Vigil: revise, por favor",
            "Alguien abrió un expediente que no le toca abrir. Abra Vigil y mírelo.",
            urgent=True,
        ),
        "glass_was_broken": Template(
            "Vigil: alguien miró",
            "Alguien de fuera de su equipo abrió su expediente. Abra Vigil para ver quién y"
            " por qué.",
        ),
        "right_ends": Template(
            "Vigil: algo termina pronto", "Un permiso termina pronto. Abra Vigil para ver cuál."
        ),
        "form_due": Template(
            "Vigil: falta un formulario",
            "Un formulario suyo no se ha enviado aún. Abra Vigil para terminarlo.",
        ),
        "form_overdue": Template(
            "Vigil: un formulario atrasado",
            "Un formulario de su centro no se envió a tiempo, y el centro lo espera. Abra Vigil"
            " ahora.",
            urgent=True,
        ),
        "invitation": Template(
            "Le invitan a Vigil", "Alguien le invitó a Vigil. Use el enlace que le dieron."
        ),
        "webhook_wants_you": Template(_LOOK, "Alguien le pide su acuerdo. Abra Vigil."),
        "webhook_silent": Template(
            _LOOK, "Otro sistema no supo lo que pasó. Abra Vigil para ver cuál."
        ),
        "please_look_now": Template(
            "Vigil: mire ahora, por favor",
            "Puede que alguien le necesite ya. Abra Vigil ahora.",
            urgent=True,
        ),
        "please_look_at_answers": Template(_LOOK, "Le esperan unas respuestas. Abra Vigil."),
        "something_changed": Template(_LOOK, "Alguien nos contó un cambio. Abra Vigil pronto."),
        "consent_changed": Template(_LOOK, "Alguien cambió de idea. Abra Vigil pronto."),
        "message_undelivered": Template(
            _LOOK, "Un mensaje nuestro no llegó. Abra Vigil para ver cuál."
        ),
        "something_new": Template("Vigil: algo nuevo", "Hay algo nuevo para usted. Abra Vigil."),
    }
)

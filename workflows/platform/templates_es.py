"""What does a message to a patient say in Spanish? The same: that something waits, and never what.

Our own words. What goes to staff and to sitters stays in English, and is not in here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from workflows.platform.template import Template

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
        "something_new": Template("Vigil: algo nuevo", "Hay algo nuevo para usted. Abra Vigil."),
    }
)

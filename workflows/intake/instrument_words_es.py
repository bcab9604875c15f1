"""How are our own instruments worded in Spanish?

Only those that are our own words. A validated instrument is never translated at home: its official
Spanish wording comes with a licensed bundle, or it is not asked in Spanish.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rules.terms import Instrument
from workflows.intake.wording import ALL, Wording

SPANISH: Mapping[Instrument, Wording] = MappingProxyType(
    {
        Instrument.USC6: Wording(
            title="Control de la vejiga",
            instruction="En las últimas 4 semanas:",
            items={
                "q1": "¿Orinó con más frecuencia de lo habitual en usted?",
                "q2": "¿Sintió de repente que tenía que ir al baño enseguida?",
                "q3": "¿Se despertó por la noche para orinar?",
                "q4": "¿Sintió dolor o ardor al orinar?",
                "q5": "¿Tuvo dolor en la parte baja del vientre que se aliviaba al orinar?",
                "blood": "¿Vio sangre en la orina?",
            },
            choices={ALL: ("Nunca", "Algunos días", "La mayoría de los días", "Todos los días")},
        ),
        Instrument.CCC4: Wording(
            title="Control de la memoria y el pensamiento",
            instruction="En las últimas 2 semanas:",
            items={
                "q1": "¿Perdió el hilo de las conversaciones?",
                "q2": "¿Olvidó planes que acababa de hacer?",
                "q3": "¿Pensó más despacio que de costumbre?",
                "q4": "¿Otras personas notaron algo de esto?",
            },
            choices={ALL: ("Nunca", "A veces", "A menudo", "Casi siempre")},
        ),
        Instrument.SDC4: Wording(
            title="Cómo está ahora mismo",
            instruction="En este momento, la persona que tomó la dosis:",
            items={
                "q1": "Se siente irreal, o como fuera de su cuerpo",
                "q2": "Nota deformado el tiempo o lo que la rodea",
                "q3": "Tiene miedo",
                "q4": "No puede contestar preguntas sencillas",
            },
            choices={ALL: ("Nada", "Un poco", "Claramente", "Muchísimo")},
        ),
        Instrument.MOAAS: Wording(
            title="Qué tan despierta está la persona",
            instruction="Diga su nombre con voz normal, luego más alto; luego toque el hombro.",
            items={"q1": "¿Qué hace falta para que conteste?"},
            choices={
                ALL: (
                    "Nada la hace reaccionar",
                    "Solo reacciona a algo doloroso",
                    "Hace falta sacudirla o empujarla un poco",
                    "Hay que decir el nombre muy alto o varias veces",
                    "Contesta a su nombre, pero despacio y con sueño",
                    "Contesta a su nombre enseguida",
                )
            },
        ),
    }
)

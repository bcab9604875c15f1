"""By which codes and names do esketamine, its mirror image and racemic ketamine go?

Facts from the FDA label and substance pages, RxNorm, openFDA and the WHO ATC index. A name is
written as the reader of spellings leaves it: small letters, no accents, no signs, no spaces.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rules.plan.spelling import code_key
from rules.terms import Molecule

# A piece is looked for inside any text, because a code is copied with prefixes and packages.
_ESKETAMINE_PIECES = (
    "50LFG02TXD",  # UNII, base
    "L8P1H35P2Z",  # UNII, hydrochloride
    "YQEZLKZALYSWHR-ZDUSSCGKSA-N",  # InChIKey, base
    "VCMGMSHEPQENPE-ZOWNYOTGSA-N",  # InChIKey, hydrochloride
    "33643-46-8",  # CAS, base
    "33643-47-9",  # CAS, hydrochloride
    "50458-028",  # NDC product of Spravato, every package
    "50458-0028",  # the same, as eleven digits write it
    "61281-8300",  # NDC, bulk powder
    "65267-117",  # NDC, bulk
    "65267-0117",
    "N06AX27",  # ATC, Spravato
    "N01AX14",  # ATC, Ketanest
    "DB11823",  # DrugBank
    "NDA211243",  # application number
    "d81a6a79-a74a-44b7-822c-0dfa3036eaed",  # SPL set id
    "54135419",  # company code, with JNJ before it or without
    "(S)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan",
    "(S)-(2-chlorophenyl)-2-(methylamino)cyclohexan",
    "C13H16ClNO/c1-15-13(9-5-4-8-12(13)16)10-6-2-3-7-11(10)14/h2-3,6-7,15H,4-5,8-9H2,1H3/t13-",
)
_ARKETAMINE_PIECES = (
    "10920-701",  # NDC, bulk powder
    "10920-0701",
    "YQEZLKZALYSWHR-CYBMUJFWSA-N",  # InChIKey of the other mirror image
    "(R)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan",
)

BLOCKED_PIECES: Mapping[str, Molecule] = MappingProxyType(
    dict.fromkeys(map(code_key, _ESKETAMINE_PIECES), Molecule.ESKETAMINE)
    | dict.fromkeys(map(code_key, _ARKETAMINE_PIECES), Molecule.ARKETAMINE)
)
# Whole numbers only: short enough to occur inside another number by chance.
BLOCKED_NUMBERS: Mapping[str, Molecule] = MappingProxyType(
    dict.fromkeys(
        (
            "2119365",  # RxCUI, ingredient; it carries the UNII above in RxNorm of 2025-10-06
            "2119377",  # RxCUI of what descends from it there: component,
            "2119381",  # clinical drug,
            "2119382",  # brand name,
            "2119387",  # branded drug,
            "2119388",  # pack of three,
            "2119390",  # pack of two
            "2201623",  # RxCUI, esketamine nasal spray
            "2201625",  # RxCUI, Spravato nasal spray
            "182137",  # PubChem
        ),
        Molecule.ESKETAMINE,
    )
)

# Racemic ketamine. The DEA code 7285 is missing on purpose: it covers the isomers too.
KETAMINE_CODES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "rxcui": frozenset({"6130"}),
        "unii": frozenset(map(code_key, ("690G0D6V8H", "O18YUO0I83"))),
        "cas": frozenset(map(code_key, ("6740-88-1", "1867-66-9"))),
        "atc": frozenset({code_key("N01AX03")}),
    }
)
INJECTABLE_RXCUIS = frozenset({"238082", "238083", "238084", "206967", "206970", "206972"})
INJECTABLE_NDC_PRODUCTS = ("004092051", "420230113", "718727296")

ESKETAMINE_NAMES = frozenset(
    {
        "spravato",
        "spravado",
        "sprovato",
        "spravto",
        "spravata",
        "spravatto",
        "esketamine",
        "esketaminum",
        "esketamin",
        "esketamina",
        "escetamina",
        "escetamine",
        "sketamine",
        "sketamin",
        "dextroketamine",
        "dextroketamin",
        "dextrocetamina",
        "levoketamine",
        "ketanest",
        "ketanests",
        "kataved",
        "vesierra",
        "eskesia",
        "esketiv",
        "jnj54135419",
    }
)
# Words, and one other medicine, that lie as near to a name as a slip of the pen, and mean nothing
# of it. As a home product they stay unknown, which stops as well.
_ORDINARY = """
    sprats spratt sproat prato trovato sposato siravo spavo bravado keenest leanest meanest staved
    sierra vierra vespera retain reexamine skelaxin
"""
ORDINARY_WORDS = frozenset(_ORDINARY.split())
# Too near to ketamine, or to an ordinary word, to be looked for as misspelt.
ESKETAMINE_EXACT_NAMES = frozenset({"ketamin", "ketamins", "ketas", "skspray"})
ESKETAMINE_PARTS = ("esket", "escet", "sketamin", "spravat", "ketanest", "dextroket", "dextrocet")
ARKETAMINE_NAMES = frozenset({"arketamine", "arketamin", "arketamina", "rketamine", "rketamin"})
ARKETAMINE_PARTS = ("arketamin",)
KETAMINE_NAMES = frozenset({"ketamine", "ketamina", "ketaminum", "cetamina", "ketalar"})

# Other scripts; most are found by their sound as well.
FOREIGN_NAMES: Mapping[str, Molecule] = MappingProxyType(
    dict.fromkeys(
        (
            "\u044d\u0441\u043a\u0435\u0442\u0430\u043c\u0438\u043d",  # Russian, Bulgarian
            "\u0441\u043f\u0440\u0430\u0432\u0430\u0442\u043e",
            "\u0435\u0441\u043a\u0435\u0442\u0430\u043c\u0456\u043d",  # Ukrainian
            "\u827e\u53f8\u6c2f\u80fa\u916e",  # Chinese
            "\u827e\u6c2f\u80fa\u916e",
            "\u53f3\u65cb\u6c2f\u80fa\u916e",
            "\u53f3\u6c2f\u80fa\u916e",
            "\u901f\u5f00\u6717",
            "\u30a8\u30b9\u30b1\u30bf\u30df\u30f3",  # Japanese
            "\u30b9\u30d7\u30e9\u30d0\u30c8",
            "\uc5d0\uc2a4\ucf00\ud0c0\ubbfc",  # Korean
            "\uc2a4\ud504\ub77c\ubc14\ud1a0",
            "\u05d0\u05e1\u05e7\u05d8\u05de\u05d9\u05df",  # Hebrew
            "\u05e1\u05e4\u05e8\u05d1\u05d8\u05d5",
            "\u0627\u0633\u0643\u064a\u062a\u0627\u0645\u064a\u0646",  # Arabic
            "\u0633\u0628\u0631\u0627\u0641\u0627\u062a\u0648",
            "\u0627\u0633\u06a9\u062a\u0627\u0645\u06cc\u0646",  # Persian
            "\u0627\u0633\u067e\u0631\u0627\u0648\u0627\u062a\u0648",
            "\u090f\u0938\u094d\u0915\u0947\u091f\u093e\u092e\u093e\u0907\u0928",  # Hindi
            "\u0938\u094d\u092a\u094d\u0930\u093e\u0935\u093e\u091f\u094b",
            "\u098f\u09b8\u0995\u09c7\u099f\u09be\u09ae\u09bf\u09a8",  # Bengali
            "\u0e40\u0e2d\u0e2a\u0e04\u0e35\u0e15\u0e32\u0e21\u0e35\u0e19",  # Thai
            "\u0e40\u0e2d\u0e2a\u0e40\u0e04\u0e15\u0e32\u0e21\u0e35\u0e19",
        ),
        Molecule.ESKETAMINE,
    )
)
# Ketamine as such in other scripts, where a marker of the S form may stand beside it.
FOREIGN_KETAMINE = (
    "\u6c2f\u80fa\u916e",
    "\u30b1\u30bf\u30df\u30f3",
    "\ucf00\ud0c0\ubbfc",
    "\u043a\u0435\u0442\u0430\u043c\u0438\u043d",
    "\u05e7\u05d8\u05de\u05d9\u05df",
    "\u0643\u064a\u062a\u0627\u0645\u064a\u0646",
    "\u06a9\u062a\u0627\u0645\u06cc\u0646",
    "\u03ba\u03b5\u03c4\u03b1\u03bc\u03af\u03bd\u03b7",
)
# For scripts that write no vowels: the consonants of the name as it sounds.
CONSONANTS: Mapping[str, Molecule] = MappingProxyType(
    {"sktmn": Molecule.ESKETAMINE, "rktmn": Molecule.ARKETAMINE}
)

S_MARKERS = frozenset({"s", "es", "dextro", "levo", "dexter", "sinister", "splus", "esk"})
R_MARKERS = frozenset({"r", "ar", "rminus"})

NASAL_WORDS = frozenset({"nasal", "intranasal", "spray", "nosespray", "nose", "sprays", "sniff"})
_OTHER_ROUTES = """
    injection injectable inj iv im sc subq subcut subcutaneous intravenous intramuscular vial vials
    ampoule ampul infusion syringe ketalar rectal suppository suppositories enema inhaled inhaler
    inhalation nebulizer nebulized vape topical cream gel ointment patch
"""
_SAYS_NOTHING = """
    a an and of for the as with in by each per rx only once daily weekly week day mg mcg g kg ml
    hcl hydrochloride chlorhydrate hydrochlorid hydrochloridum racemic racemate rac rs generic
    compounded compound oral sublingual buccal sl po rdt odt rapid rapidly dissolve dissolving
    disintegrating orally dissolvable quick fast melt tablet tablets tab tabs troche troches
    lozenge lozenges capsule capsules cap caps solution suspension powder usp ep bp base dose
    doses strength pack count qty home use half unit units formulary product item no
"""
OTHER_ROUTE_WORDS = frozenset(_OTHER_ROUTES.split())
PLAIN_WORDS = frozenset(_SAYS_NOTHING.split())

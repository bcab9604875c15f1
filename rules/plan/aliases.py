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
    "JNJ-54135419",  # company code
    "(S)-2-(2-chlorophenyl)-2-(methylamino)cyclohexan",
    "(S)-(2-chlorophenyl)-2-(methylamino)cyclohexan",
)
_ARKETAMINE_PIECES = ("10920-701", "10920-0701")  # NDC, bulk powder

BLOCKED_PIECES: Mapping[str, Molecule] = MappingProxyType(
    dict.fromkeys(map(code_key, _ESKETAMINE_PIECES), Molecule.ESKETAMINE)
    | dict.fromkeys(map(code_key, _ARKETAMINE_PIECES), Molecule.ARKETAMINE)
)
# Whole numbers only: short enough to occur inside another number by chance.
BLOCKED_NUMBERS: Mapping[str, Molecule] = MappingProxyType(
    dict.fromkeys(
        (
            "2119365",  # RxCUI, ingredient (to be confirmed in RxNav before release)
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
# Too near to ketamine, or to an ordinary word, to be looked for as misspelt.
ESKETAMINE_EXACT_NAMES = frozenset({"ketamin", "ketamins", "ketas", "skspray"})
ESKETAMINE_PARTS = ("esket", "escet", "sketamin", "spravat", "ketanest", "dextroket", "dextrocet")
ARKETAMINE_NAMES = frozenset({"arketamine", "arketamin", "arketamina", "rketamine", "rketamin"})
ARKETAMINE_PARTS = ("arketamin",)
KETAMINE_NAMES = frozenset({"ketamine", "ketamina", "ketaminum", "cetamina", "ketalar"})

# Other scripts, looked for before look-alike letters are turned into Latin ones.
FOREIGN_NAMES: Mapping[str, Molecule] = MappingProxyType(
    dict.fromkeys(
        (
            "\u044d\u0441\u043a\u0435\u0442\u0430\u043c\u0438\u043d",  # Russian
            "\u0441\u043f\u0440\u0430\u0432\u0430\u0442\u043e",
            "\u827e\u53f8\u6c2f\u80fa\u916e",  # Chinese
            "\u827e\u6c2f\u80fa\u916e",
            "\u30a8\u30b9\u30b1\u30bf\u30df\u30f3",  # Japanese
            "\uc5d0\uc2a4\ucf00\ud0c0\ubbfc",  # Korean
        ),
        Molecule.ESKETAMINE,
    )
)

S_MARKERS = frozenset({"s", "es", "dextro", "levo", "dexter", "splus", "esk"})
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

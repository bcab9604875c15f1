"""Which RxNorm ingredient id does each ingredient have, from which release, and how sure is it?

Ids are facts, each compared with a public text; an ingredient without a checked id has none and is
known by its name alone, because a wrong id is worse than none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

RELEASE = "RxNorm Current Prescribable Content, 2025-10-06"
DATED = date(2025, 10, 6)

PRESCRIBABLE = "RxNorm Current Prescribable Content 2025-10-06, ingredients as extracted in public"
CPIC = "table of drugs of the Clinical Pharmacogenetics Implementation Consortium (cpic-schema)"


@dataclass(frozen=True, slots=True)
class RxnormId:
    """The id of one ingredient, and the public texts in which it was looked up."""

    rxcui: str
    sources: tuple[str, ...]


_CHECKED: Mapping[tuple[str, ...], str] = {
    (PRESCRIBABLE, CPIC): """
        brexpiprazole 1658314, bupropion 42347, carbamazepine 2002, carisoprodol 2101,
        carvedilol 20352, celecoxib 140587, citalopram 2556, clobazam 21241, clomipramine 2597,
        clopidogrel 32968, clozapine 2626, codeine 2670, desipramine 3247, dextromethorphan 3289,
        diazepam 3322, doxepin 3638, duloxetine 72625, efavirenz 195085, erythromycin 4053,
        escitalopram 321988, esomeprazole 283742, ethanol 448, fentanyl 4337, fluoxetine 4493,
        fluvoxamine 42355, furosemide 4603, haloperidol 5093, hydralazine 5470,
        hydrochlorothiazide 5487, imipramine 5691, lamotrigine 28439, metformin 6809,
        methadone 6813, methylphenidate 6901, metoprolol 6918, midazolam 6960, mirtazapine 15996,
        modafinil 30125, morphine 7052, naltrexone 7243, nortriptyline 7531, olanzapine 61381,
        omeprazole 7646, ondansetron 26225, oxazepam 7781, oxcarbazepine 32624, oxycodone 7804,
        pantoprazole 40790, paroxetine 32937, phenytoin 8183, pravastatin 42463, propranolol 8787,
        risperidone 35636, rosuvastatin 301542, sertraline 36437, simvastatin 36567,
        spironolactone 9997, tamsulosin 77492, tramadol 10689, valproic acid 11118,
        venlafaxine 39786, voriconazole 121243, vortioxetine 1455099
    """,
    (PRESCRIBABLE,): """
        baclofen 1292, benazepril 18867, bisoprolol 19484, buprenorphine 1819, buspirone 1827,
        butalbital 19860, butorphanol 1841, caffeine 1886, cannabidiol 2045371,
        cariprazine 1667655, chlordiazepoxide 2356, chlorpheniramine 2400, chlorthalidone 2409,
        clarithromycin 21212, clonazepam 2598, clonidine 2599, clorazepate 2353,
        cobicistat 1306284, cyclobenzaprine 21949, cyproheptadine 3013, daridorexant 2591497,
        desvenlafaxine 734064, dexmethylphenidate 352372, dextroamphetamine 3288,
        dihydroergotamine 3418, diltiazem 3443, diphenhydramine 3498, doxylamine 3642,
        dronabinol 10402, drospirenone 11636, dulaglutide 1551291, enalapril 3827, ephedrine 3966,
        ergotamine 4025, esketamine 2119365, estazolam 4077, estradiol 4083, eszopiclone 461016,
        ethinyl estradiol 4124, exenatide 60548, famotidine 4278, fexofenadine 87636,
        finasteride 25025, fluconazole 4450, flurazepam 4501, fluticasone 41126, folic acid 4511,
        gabapentin 25480, guanfacine 40114, hydrocodone 5489, hydromorphone 3423,
        hydroxyzine 5553, ibuprofen 5640, irbesartan 83818, isocarboxazid 6011,
        itraconazole 28031, ketamine 6130, ketoconazole 6135, labetalol 6185, lemborexant 2272403,
        levomilnacipran 1433212, levonorgestrel 6373, levorphanol 6378, levothyroxine 10582,
        linezolid 190376, liothyronine 10814, liraglutide 475968, lisdexamfetamine 700810,
        lisinopril 29046, lithium 6448, loratadine 28889, lorazepam 6470, losartan 52175,
        lumateperone 2275602, lurasidone 1040028, meclizine 6676, memantine 6719, meperidine 6754,
        meprobamate 6760, metaxalone 59078, methamphetamine 6816, methocarbamol 6845,
        methylene blue 6878, methylergonovine 6883, milnacipran 588250, minoxidil 6984,
        montelukast 88249, nabilone 31447, nalbuphine 7238, naloxone 7242, naproxen 7258,
        nefazodone 31565, nifedipine 7417, nirmatrelvir 2587892, norethindrone 7514,
        olmesartan 321064, opium 7676, oxybate 2387302, oxymetazoline 7812, oxymorphone 7814,
        paliperidone 679314, pentazocine 8001, phenelzine 8123, phenobarbital 8134,
        phentermine 8152, phenylephrine 8163, posaconazole 282446, prazosin 8629,
        pregabalin 187832, primidone 8691, promethazine 8745, pseudoephedrine 8896,
        quetiapine 51272, ramipril 35296, rasagiline 134748, rifabutin 55672, rifampin 9384,
        ritonavir 85762, safinamide 1922448, samidorphan 2559612, selegiline 9639,
        semaglutide 1991302, solriamfetol 2121751, suvorexant 1547099, tapentadol 787390,
        telmisartan 73494, temazepam 10355, testosterone 10379, theophylline 10438,
        thiotepa 10473, ticlopidine 10594, tirzepatide 2601723, tizanidine 57258,
        tranylcypromine 10734, trazodone 10737, triazolam 10767, valproate 40254, valsartan 69749,
        verapamil 11170, vilazodone 1086769, vitamin b12 11248, zaleplon 74667,
        ziprasidone 115698, zolpidem 39993
    """,
    (CPIC,): """
        albuterol 435, amitriptyline 704, aripiprazole 89013, aspirin 1191, atomoxetine 38400,
        atorvastatin 83367
    """,
}
# Known by name only: herbs, groups, ingredients of other countries, or not looked up yet.
_NAMES_ONLY = """
    acetaminophen, alcohol, alprazolam, amantadine, aminophylline, amlodipine, amoxicillin,
    amphetamine, arketamine, armodafinil, atenolol, calcium, cannabis, divalproex, ergometrine,
    ergonovine, fish oil, gamma hydroxybutyrate, grapefruit, grapefruit juice, hypericum,
    insulin, iron, kratom, liotrix, magnesium, marijuana, mirogabalin, mitragynine, moclobemide,
    multivitamin, phencyclidine, rifampicin, st john's wort, st johns wort, st. john's wort,
    tetrahydrocannabinol, thyroid, vitamin d, zinc, zopiclone
"""
WITHOUT_ID = frozenset(" ".join(_NAMES_ONLY.split()).split(", "))


def _split() -> dict[str, RxnormId]:
    found: dict[str, RxnormId] = {}
    for sources, text in _CHECKED.items():
        for entry in " ".join(text.split()).split(", "):
            name, _, rxcui = entry.rpartition(" ")
            found[name] = RxnormId(rxcui, sources)
    return found


RXNORM: Mapping[str, RxnormId] = MappingProxyType(_split())
BY_RXCUI: Mapping[str, str] = MappingProxyType(
    {known.rxcui: name for name, known in RXNORM.items()}
)

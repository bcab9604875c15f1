"""Which medicine belongs to which interaction class? Data: ingredients, and names in the shop."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar


class Kind(StrEnum):
    """Medicines that meet ketamine in the same way."""

    ESKETAMINE = "esketamine"
    KETAMINE_ELSEWHERE = "ketamine_elsewhere"
    OPIOID = "opioid"
    OXYBATE = "oxybate"
    BENZODIAZEPINE = "benzodiazepine"
    HYPNOTIC = "hypnotic"
    GABAPENTINOID = "gabapentinoid"
    SEDATING = "sedating"
    ALCOHOL = "alcohol"
    CANNABIS = "cannabis"
    STIMULANT = "stimulant"
    DECONGESTANT = "decongestant"
    MAO_INHIBITOR = "mao_inhibitor"
    XANTHINE = "xanthine"
    ERGOT = "ergot"
    THYROID_HORMONE = "thyroid_hormone"
    CYP2B6_INHIBITOR = "cyp2b6_inhibitor"
    CYP3A_INHIBITOR = "cyp3a_inhibitor"
    GRAPEFRUIT = "grapefruit"
    INDUCER = "inducer"
    LAMOTRIGINE = "lamotrigine"
    NMDA_ANTAGONIST = "nmda_antagonist"
    NALTREXONE = "naltrexone"
    ANTIDEPRESSANT = "antidepressant"
    LITHIUM_OR_ANTIPSYCHOTIC = "lithium_or_antipsychotic"
    ANTIHYPERTENSIVE = "antihypertensive"
    SLOWS_STOMACH = "slows_stomach"
    NO_KNOWN_INTERACTION = "no_known_interaction"


Group = TypeVar("Group", bound=str)


def _by_name(table: Mapping[Group, str]) -> Mapping[str, Group]:
    """Turn a group with its names into a name with its group."""
    return MappingProxyType(
        {name.strip(): group for group, names in table.items() for name in names.split(",")}
    )


INGREDIENTS = _by_name(
    {
        Kind.ESKETAMINE: "esketamine",
        Kind.KETAMINE_ELSEWHERE: "ketamine, arketamine, phencyclidine",
        Kind.OPIOID: "oxycodone, hydrocodone, morphine, fentanyl, methadone, tramadol, tapentadol, "
        "buprenorphine, codeine, hydromorphone, oxymorphone, meperidine, butorphanol, "
        "nalbuphine, pentazocine, levorphanol, kratom, mitragynine, opium",
        Kind.OXYBATE: "oxybate, gamma hydroxybutyrate",
        Kind.BENZODIAZEPINE: "alprazolam, lorazepam, clonazepam, diazepam, temazepam, triazolam, "
        "chlordiazepoxide, oxazepam, clorazepate, midazolam, estazolam, flurazepam, clobazam",
        Kind.HYPNOTIC: "zolpidem, eszopiclone, zaleplon, zopiclone, butalbital, primidone, "
        "suvorexant, lemborexant, daridorexant, meprobamate",
        Kind.GABAPENTINOID: "gabapentin, pregabalin, mirogabalin",
        Kind.SEDATING: "cyclobenzaprine, baclofen, tizanidine, carisoprodol, methocarbamol, "
        "metaxalone, diphenhydramine, hydroxyzine, doxylamine, promethazine, meclizine, "
        "chlorpheniramine, cyproheptadine, trazodone",
        Kind.ALCOHOL: "ethanol, alcohol",
        Kind.CANNABIS: "dronabinol, cannabis, tetrahydrocannabinol, cannabidiol, nabilone, "
        "marijuana",
        Kind.STIMULANT: "amphetamine, dextroamphetamine, lisdexamfetamine, methylphenidate, "
        "dexmethylphenidate, modafinil, armodafinil, methamphetamine, atomoxetine, "
        "phentermine, solriamfetol, caffeine",
        Kind.DECONGESTANT: "pseudoephedrine, phenylephrine, oxymetazoline, ephedrine",
        Kind.MAO_INHIBITOR: "phenelzine, tranylcypromine, isocarboxazid, selegiline, rasagiline, "
        "safinamide, linezolid, moclobemide, methylene blue",
        Kind.XANTHINE: "theophylline, aminophylline",
        Kind.ERGOT: "ergonovine, ergometrine, ergotamine, dihydroergotamine, methylergonovine",
        Kind.THYROID_HORMONE: "levothyroxine, liothyronine, thyroid, liotrix",
        Kind.CYP2B6_INHIBITOR: "ticlopidine, clopidogrel, thiotepa, voriconazole",
        Kind.CYP3A_INHIBITOR: "clarithromycin, ketoconazole, ritonavir, cobicistat, itraconazole, "
        "posaconazole, erythromycin, diltiazem, verapamil, nirmatrelvir, fluconazole, nefazodone",
        Kind.GRAPEFRUIT: "grapefruit, grapefruit juice",
        Kind.INDUCER: "rifampin, rifampicin, rifabutin, st john's wort, st. john's wort, "
        "st johns wort, hypericum, carbamazepine, phenytoin, phenobarbital, oxcarbazepine, "
        "efavirenz",
        Kind.LAMOTRIGINE: "lamotrigine",
        Kind.NMDA_ANTAGONIST: "memantine, dextromethorphan, amantadine",
        Kind.NALTREXONE: "naltrexone, samidorphan, naloxone",
        Kind.ANTIDEPRESSANT: "sertraline, fluoxetine, citalopram, escitalopram, paroxetine, "
        "fluvoxamine, venlafaxine, desvenlafaxine, duloxetine, levomilnacipran, milnacipran, "
        "bupropion, mirtazapine, vortioxetine, vilazodone, amitriptyline, nortriptyline, "
        "imipramine, desipramine, doxepin, clomipramine, buspirone",
        Kind.LITHIUM_OR_ANTIPSYCHOTIC: "lithium, quetiapine, olanzapine, aripiprazole, "
        "brexpiprazole, cariprazine, risperidone, paliperidone, lurasidone, ziprasidone, "
        "haloperidol, clozapine, lumateperone, valproate, divalproex, valproic acid",
        Kind.ANTIHYPERTENSIVE: "lisinopril, enalapril, ramipril, benazepril, losartan, valsartan, "
        "olmesartan, irbesartan, telmisartan, amlodipine, nifedipine, hydrochlorothiazide, "
        "chlorthalidone, metoprolol, atenolol, propranolol, carvedilol, bisoprolol, labetalol, "
        "spironolactone, furosemide, clonidine, guanfacine, prazosin, hydralazine, minoxidil",
        Kind.SLOWS_STOMACH: "semaglutide, tirzepatide, liraglutide, dulaglutide, exenatide",
        Kind.NO_KNOWN_INTERACTION: "acetaminophen, ibuprofen, naproxen, aspirin, omeprazole, "
        "pantoprazole, esomeprazole, famotidine, atorvastatin, rosuvastatin, simvastatin, "
        "pravastatin, metformin, insulin, albuterol, fluticasone, montelukast, loratadine, "
        "fexofenadine, vitamin d, vitamin b12, folic acid, iron, magnesium, calcium, zinc, "
        "fish oil, multivitamin, celecoxib, amoxicillin, "
        "ethinyl estradiol, norethindrone, levonorgestrel, "
        "drospirenone, estradiol, testosterone, finasteride, tamsulosin, ondansetron",
    }
)

BRANDS = _by_name(
    {
        "esketamine": "spravato",
        "ketamine": "ketalar",
        "oxycodone": "oxycontin, roxicodone",
        "tramadol": "ultram",
        "tapentadol": "nucynta",
        "buprenorphine": "sublocade, butrans",
        "fentanyl": "duragesic",
        "hydromorphone": "dilaudid",
        "oxybate": "xyrem, xywav",
        "alprazolam": "xanax",
        "lorazepam": "ativan",
        "clonazepam": "klonopin",
        "diazepam": "valium",
        "temazepam": "restoril",
        "triazolam": "halcion",
        "zolpidem": "ambien",
        "eszopiclone": "lunesta",
        "zaleplon": "sonata",
        "suvorexant": "belsomra",
        "lemborexant": "dayvigo",
        "gabapentin": "neurontin, gralise",
        "pregabalin": "lyrica",
        "cyclobenzaprine": "flexeril",
        "tizanidine": "zanaflex",
        "carisoprodol": "soma",
        "diphenhydramine": "benadryl",
        "hydroxyzine": "vistaril",
        "doxylamine": "unisom",
        "trazodone": "desyrel",
        "dronabinol": "marinol",
        "cannabidiol": "epidiolex",
        "amphetamine": "evekeo",
        "lisdexamfetamine": "vyvanse",
        "methylphenidate": "ritalin, concerta",
        "dexmethylphenidate": "focalin",
        "modafinil": "provigil",
        "armodafinil": "nuvigil",
        "atomoxetine": "strattera",
        "pseudoephedrine": "sudafed",
        "phenelzine": "nardil",
        "tranylcypromine": "parnate",
        "isocarboxazid": "marplan",
        "selegiline": "emsam",
        "rasagiline": "azilect",
        "levothyroxine": "synthroid, levoxyl",
        "liothyronine": "cytomel",
        "clopidogrel": "plavix",
        "clarithromycin": "biaxin",
        "ketoconazole": "nizoral",
        "ritonavir": "norvir",
        "diltiazem": "cardizem",
        "carbamazepine": "tegretol",
        "phenytoin": "dilantin",
        "lamotrigine": "lamictal",
        "memantine": "namenda",
        "dextromethorphan": "nuedexta, delsym",
        "naltrexone": "vivitrol, revia",
        "sertraline": "zoloft",
        "fluoxetine": "prozac",
        "citalopram": "celexa",
        "escitalopram": "lexapro",
        "paroxetine": "paxil",
        "fluvoxamine": "luvox",
        "venlafaxine": "effexor",
        "desvenlafaxine": "pristiq",
        "duloxetine": "cymbalta",
        "bupropion": "wellbutrin",
        "mirtazapine": "remeron",
        "vortioxetine": "trintellix",
        "vilazodone": "viibryd",
        "amitriptyline": "elavil",
        "nortriptyline": "pamelor",
        "clomipramine": "anafranil",
        "buspirone": "buspar",
        "lithium": "lithobid",
        "quetiapine": "seroquel",
        "olanzapine": "zyprexa",
        "aripiprazole": "abilify",
        "brexpiprazole": "rexulti",
        "cariprazine": "vraylar",
        "risperidone": "risperdal",
        "lurasidone": "latuda",
        "lumateperone": "caplyta",
        "divalproex": "depakote",
        "lisinopril": "zestril, prinivil",
        "losartan": "cozaar",
        "valsartan": "diovan",
        "amlodipine": "norvasc",
        "metoprolol": "lopressor, toprol",
        "propranolol": "inderal",
        "carvedilol": "coreg",
        "clonidine": "catapres",
        "semaglutide": "ozempic, wegovy, rybelsus",
        "tirzepatide": "mounjaro, zepbound",
        "liraglutide": "victoza",
        "dulaglutide": "trulicity",
        "acetaminophen": "tylenol",
        "ibuprofen": "advil, motrin",
        "naproxen": "aleve",
        "omeprazole": "prilosec",
        "atorvastatin": "lipitor",
        "rosuvastatin": "crestor",
        "metformin": "glucophage",
        "loratadine": "claritin",
        "fexofenadine": "allegra",
        "ondansetron": "zofran",
    }
)

# Products of more than one ingredient; each counts, and the worst of them decides.
COMBINATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "percocet": ("oxycodone", "acetaminophen"),
        "vicodin": ("hydrocodone", "acetaminophen"),
        "norco": ("hydrocodone", "acetaminophen"),
        "ultracet": ("tramadol", "acetaminophen"),
        "seglentis": ("tramadol", "celecoxib"),
        "suboxone": ("buprenorphine", "naloxone"),
        "zubsolv": ("buprenorphine", "naloxone"),
        "fioricet": ("butalbital", "acetaminophen", "caffeine"),
        "auvelity": ("dextromethorphan", "bupropion"),
        "paxlovid": ("nirmatrelvir", "ritonavir"),
        "contrave": ("naltrexone", "bupropion"),
        "lybalvi": ("olanzapine", "samidorphan"),
        "symbyax": ("olanzapine", "fluoxetine"),
        "adderall": ("amphetamine", "dextroamphetamine"),
        "lotrel": ("amlodipine", "benazepril"),
        "hyzaar": ("losartan", "hydrochlorothiazide"),
        "zestoretic": ("lisinopril", "hydrochlorothiazide"),
        "claritin-d": ("loratadine", "pseudoephedrine"),
        "allegra-d": ("fexofenadine", "pseudoephedrine"),
        "dayquil": ("acetaminophen", "dextromethorphan", "phenylephrine"),
        "nyquil": ("acetaminophen", "dextromethorphan", "doxylamine"),
    }
)

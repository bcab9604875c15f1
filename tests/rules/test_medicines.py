"""Is every name in the shop written down twice, and the same both times?

A line that falls out of one of the two tables, or that names another ingredient, is seen.
"""

from rules.intake.medicines import BRANDS, COMBINATIONS, Kind

IN_THE_SHOP = """
    abilify aripiprazole, advil ibuprofen, aleve naproxen, allegra fexofenadine, ambien zolpidem,
    anafranil clomipramine, ativan lorazepam, azilect rasagiline, belsomra suvorexant,
    benadryl diphenhydramine, biaxin clarithromycin, buspar buspirone, butrans buprenorphine,
    caplyta lumateperone, cardizem diltiazem, catapres clonidine, celexa citalopram,
    claritin loratadine, concerta methylphenidate, coreg carvedilol, cozaar losartan,
    crestor rosuvastatin, cymbalta duloxetine, cytomel liothyronine, dayvigo lemborexant,
    delsym dextromethorphan, depakote divalproex, desyrel trazodone, dilantin phenytoin,
    dilaudid hydromorphone, diovan valsartan, duragesic fentanyl, effexor venlafaxine,
    elavil amitriptyline, emsam selegiline, epidiolex cannabidiol, evekeo amphetamine,
    flexeril cyclobenzaprine, focalin dexmethylphenidate, glucophage metformin, gralise gabapentin,
    halcion triazolam, inderal propranolol, ketalar ketamine, klonopin clonazepam,
    lamictal lamotrigine, latuda lurasidone, levoxyl levothyroxine, lexapro escitalopram,
    lipitor atorvastatin, lithobid lithium, lopressor metoprolol, lunesta eszopiclone,
    luvox fluvoxamine, lyrica pregabalin, marinol dronabinol, marplan isocarboxazid,
    motrin ibuprofen, mounjaro tirzepatide, namenda memantine, nardil phenelzine,
    neurontin gabapentin, nizoral ketoconazole, norvasc amlodipine, norvir ritonavir,
    nucynta tapentadol, nuedexta dextromethorphan, nuvigil armodafinil, oxycontin oxycodone,
    ozempic semaglutide, pamelor nortriptyline, parnate tranylcypromine, paxil paroxetine,
    plavix clopidogrel, prilosec omeprazole, prinivil lisinopril, pristiq desvenlafaxine,
    provigil modafinil, prozac fluoxetine, remeron mirtazapine, restoril temazepam,
    revia naltrexone, rexulti brexpiprazole, risperdal risperidone, ritalin methylphenidate,
    roxicodone oxycodone, rybelsus semaglutide, seroquel quetiapine, soma carisoprodol,
    sonata zaleplon, spravato esketamine, strattera atomoxetine, sublocade buprenorphine,
    sudafed pseudoephedrine, synthroid levothyroxine, tegretol carbamazepine, toprol metoprolol,
    trintellix vortioxetine, trulicity dulaglutide, tylenol acetaminophen, ultram tramadol,
    unisom doxylamine, valium diazepam, victoza liraglutide, viibryd vilazodone,
    vistaril hydroxyzine, vivitrol naltrexone, vraylar cariprazine, vyvanse lisdexamfetamine,
    wegovy semaglutide, wellbutrin bupropion, xanax alprazolam, xyrem oxybate, xywav oxybate,
    zanaflex tizanidine, zepbound tirzepatide, zestril lisinopril, zofran ondansetron,
    zoloft sertraline, zyprexa olanzapine
"""
MIXED = """
    adderall amphetamine dextroamphetamine, allegra-d fexofenadine pseudoephedrine,
    auvelity dextromethorphan bupropion, claritin-d loratadine pseudoephedrine,
    contrave naltrexone bupropion, dayquil acetaminophen dextromethorphan phenylephrine,
    fioricet butalbital acetaminophen caffeine, hyzaar losartan hydrochlorothiazide,
    lotrel amlodipine benazepril, lybalvi olanzapine samidorphan, norco hydrocodone acetaminophen,
    nyquil acetaminophen dextromethorphan doxylamine, paxlovid nirmatrelvir ritonavir,
    percocet oxycodone acetaminophen, seglentis tramadol celecoxib, suboxone buprenorphine naloxone,
    symbyax olanzapine fluoxetine, ultracet tramadol acetaminophen,
    vicodin hydrocodone acetaminophen, zestoretic lisinopril hydrochlorothiazide,
    zubsolv buprenorphine naloxone
"""
# As a list of medicines is kept: a class that is spelt otherwise would no longer be read.
CLASSES = """
    esketamine ketamine_elsewhere opioid oxybate benzodiazepine hypnotic gabapentinoid sedating
    alcohol cannabis stimulant decongestant mao_inhibitor xanthine ergot thyroid_hormone
    cyp2b6_inhibitor cyp3a_inhibitor grapefruit inducer lamotrigine nmda_antagonist naltrexone
    antidepressant lithium_or_antipsychotic antihypertensive slows_stomach no_known_interaction
"""


def rows(text: str) -> dict[str, tuple[str, ...]]:
    """Read lines of a name and what is in it."""
    found = [entry.split() for entry in text.replace("\n", " ").split(",")]
    assert len({name for name, *_ in found}) == len(found)
    return {name: tuple(inside) for name, *inside in found}


def test_a_brand_holds_its_ingredient() -> None:
    assert {name: (inside,) for name, inside in BRANDS.items()} == rows(IN_THE_SHOP)


def test_a_product_holds_all_its_ingredients() -> None:
    assert dict(COMBINATIONS) == rows(MIXED)


def test_a_class_is_kept_under_its_name() -> None:
    assert {kind.value for kind in Kind} == set(CLASSES.split())

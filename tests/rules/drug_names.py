"""Which names do real medicines go by? More than a thousand, to look for false alarms among.

Names are facts: nonproprietary names as the USAN and INN lists publish them, and brand names as
they stand on shelves and labels. Typed by hand for this test; no list was copied.
"""

GENERIC = """
abacavir abatacept abemaciclib abiraterone acamprosate acarbose acebutolol acetaminophen
acetazolamide acetylcysteine acitretin aclidinium acyclovir adalimumab adapalene adefovir adenosine
afatinib aflibercept albendazole albuterol alendronate alectinib alemtuzumab alfentanil alfuzosin
alirocumab aliskiren allopurinol almotriptan alogliptin alosetron alprazolam alprostadil alteplase
amantadine ambrisentan amifampridine amikacin amiloride aminocaproic aminophylline amiodarone
amisulpride amitriptyline amlodipine amoxapine amoxicillin amphetamine amphotericin ampicillin
anagrelide anakinra anastrozole anidulafungin anifrolumab apalutamide apixaban apomorphine
apremilast aprepitant argatroban aripiprazole armodafinil artemether articaine asenapine
asparaginase aspirin atazanavir atenolol atezolizumab atogepant atomoxetine atorvastatin atovaquone
atropine avanafil avapritinib avatrombopag avibactam axitinib azacitidine azathioprine azelaic
azelastine azilsartan azithromycin aztreonam baclofen balsalazide baloxavir baricitinib basiliximab
becaplermin beclomethasone bedaquiline belimumab bempedoic benazepril bendamustine benralizumab
benzocaine benzonatate benzphetamine benztropine bepotastine betamethasone betaxolol bethanechol
bevacizumab bexarotene bezlotoxumab bicalutamide bictegravir bimatoprost bisacodyl bisoprolol
bivalirudin bleomycin bortezomib bosentan bosutinib botulinum brentuximab brexanolone brexpiprazole
brigatinib brimonidine brinzolamide brivaracetam brodalumab bromocriptine brompheniramine
budesonide bumetanide bupivacaine buprenorphine bupropion buspirone busulfan butalbital butenafine
butorphanol cabazitaxel cabergoline cabotegravir cabozantinib caffeine calcipotriene calcitonin
calcitriol calcium canagliflozin canakinumab candesartan cangrelor cannabidiol capecitabine
caplacizumab capmatinib capsaicin captopril carbamazepine carbidopa carbinoxamine carboplatin
carfilzomib carglumic cariprazine carisoprodol carmustine carvedilol caspofungin cefaclor
cefadroxil cefazolin cefdinir cefepime cefiderocol cefixime cefotaxime cefotetan cefoxitin
cefpodoxime cefprozil ceftaroline ceftazidime ceftriaxone cefuroxime celecoxib cemiplimab
cenobamate cephalexin ceritinib certolizumab cetirizine cetuximab cevimeline chlorambucil
chlordiazepoxide chlorhexidine chloroquine chlorothiazide chlorpheniramine chlorpromazine
chlorpropamide chlorthalidone chlorzoxazone cholestyramine ciclesonide ciclopirox cidofovir
cilostazol cimetidine cinacalcet ciprofloxacin cisatracurium cisplatin citalopram cladribine
clarithromycin clascoterone clemastine clevidipine clindamycin clobazam clobetasol clofarabine
clomiphene clomipramine clonazepam clonidine clopidogrel clorazepate clotrimazole clozapine
cobicistat cobimetinib codeine colchicine colesevelam colestipol colistimethate collagenase
conivaptan copanlisib corticotropin cortisone crizotinib crofelemer cromolyn cyanocobalamin
cyclobenzaprine cyclophosphamide cycloserine cyclosporine cyproheptadine cysteamine cytarabine
dabigatran dabrafenib dacarbazine dacomitinib daclizumab dalbavancin dalfampridine dalteparin
danazol dantrolene dapagliflozin dapsone daptomycin daratumumab darbepoetin daridorexant
darifenacin darolutamide darunavir dasatinib daunorubicin decitabine deferasirox deferiprone
deferoxamine deflazacort degarelix delafloxacin demeclocycline denosumab desflurane desipramine
desloratadine desmopressin desogestrel desonide desoximetasone desvenlafaxine deutetrabenazine
dexamethasone dexlansoprazole dexmedetomidine dexmethylphenidate dexrazoxane dextroamphetamine
dextromethorphan dextrose diazepam diazoxide diclofenac dicloxacillin dicyclomine didanosine
diethylpropion diflorasone diflunisal digoxin dihydroergotamine diltiazem dimenhydrinate dimethyl
dinoprostone dinutuximab diphenhydramine diphenoxylate dipyridamole disopyramide disulfiram
divalproex dobutamine docetaxel docusate dofetilide dolasetron dolutegravir donepezil dopamine
doravirine doripenem dorzolamide doxazosin doxepin doxercalciferol doxorubicin doxycycline
doxylamine dronabinol dronedarone drospirenone droxidopa dulaglutide duloxetine dupilumab
durvalumab dutasteride econazole ecallantide echothiophate eculizumab edaravone edoxaban efavirenz
efinaconazole eflornithine elagolix elbasvir eletriptan elexacaftor eltrombopag eluxadoline
elvitegravir emapalumab emicizumab empagliflozin emtricitabine enalapril encorafenib enfortumab
enfuvirtide enoxaparin entacapone entecavir entrectinib enzalutamide ephedrine epinastine
epinephrine epirubicin eplerenone epoetin epoprostenol eprosartan eptifibatide eptinezumab
erdafitinib erenumab ergocalciferol ergoloid ergotamine eribulin erlotinib ertapenem ertugliflozin
erythromycin escitalopram eslicarbazepine esmolol esomeprazole estazolam estradiol estropipate
eszopiclone etanercept etelcalcetide eteplirsen ethacrynic ethambutol ethionamide ethosuximide
etidronate etodolac etomidate etonogestrel etoposide etravirine everolimus evolocumab exemestane
exenatide ezetimibe ezogabine famciclovir famotidine febuxostat fedratinib felbamate felodipine
fenofibrate fenoldopam fenoprofen fentanyl fesoterodine fexofenadine fidaxomicin filgrastim
finasteride finerenone fingolimod flavoxate flecainide flibanserin fluconazole flucytosine
fludarabine fludrocortisone flumazenil flunisolide fluocinolone fluocinonide fluorouracil
fluoxetine fluphenazine flurazepam flurbiprofen flutamide fluticasone fluvastatin fluvoxamine folic
fondaparinux formoterol fosamprenavir fosaprepitant foscarnet fosfomycin fosinopril fosphenytoin
fostamatinib fremanezumab frovatriptan fulvestrant furosemide gabapentin galantamine galcanezumab
ganciclovir ganirelix gatifloxacin gefitinib gemcitabine gemfibrozil gemifloxacin gemtuzumab
gentamicin gepirone gilteritinib glasdegib glatiramer glecaprevir glimepiride glipizide glucagon
glyburide glycopyrrolate golimumab goserelin granisetron griseofulvin guaifenesin guanfacine
guselkumab halcinonide halobetasol haloperidol heparin histrelin hyaluronidase hydralazine
hydrochlorothiazide hydrocodone hydrocortisone hydromorphone hydroquinone hydroxychloroquine
hydroxyurea hydroxyzine hyoscyamine ibandronate ibrexafungerp ibrutinib ibuprofen ibutilide
icatibant icosapent idarubicin idarucizumab idelalisib ifosfamide iloperidone iloprost imatinib
imipenem imipramine imiquimod inclisiran indacaterol indapamide indinavir indomethacin infliximab
ingenol inotersen insulin interferon ipilimumab ipratropium irbesartan irinotecan isavuconazonium
isocarboxazid isoflurane isoniazid isoproterenol isosorbide isotretinoin isradipine istradefylline
itraconazole ivabradine ivacaftor ivermectin ivosidenib ixabepilone ixazomib ixekizumab
ketoconazole ketoprofen ketorolac ketotifen labetalol lacosamide lactulose lamivudine lamotrigine
lanadelumab lanreotide lansoprazole lanthanum lapatinib larotrectinib lasmiditan latanoprost
lefamulin leflunomide lemborexant lenalidomide lenvatinib letermovir letrozole leucovorin
leuprolide levalbuterol levetiracetam levobunolol levocarnitine levocetirizine levodopa
levofloxacin levoleucovorin levomefolate levomilnacipran levonorgestrel levorphanol levosimendan
levothyroxine lidocaine lifitegrast linaclotide linagliptin linezolid liothyronine liraglutide
lisdexamfetamine lisinopril lithium lixisenatide lofexidine lomitapide lomustine loperamide
lopinavir loratadine lorazepam lorlatinib losartan loteprednol lovastatin loxapine lubiprostone
luliconazole lumateperone lurasidone lusutrombopag macitentan mafenide magnesium mannitol
maprotiline maraviroc mavacamten mebendazole mecamylamine mechlorethamine meclizine
medroxyprogesterone mefenamic mefloquine megestrol meloxicam melphalan memantine menotropins
meperidine mepivacaine mepolizumab meprobamate mercaptopurine meropenem mesalamine mesna
metaproterenol metaxalone metformin methadone methamphetamine methazolamide methenamine methimazole
methocarbamol methohexital methotrexate methoxsalen methscopolamine methyldopa methylene
methylergonovine methylnaltrexone methylphenidate methylprednisolone methyltestosterone
metoclopramide metolazone metoprolol metronidazole metyrosine mexiletine micafungin miconazole
midazolam midodrine midostaurin mifepristone miglitol miglustat milnacipran milrinone minocycline
minoxidil mirabegron mirtazapine misoprostol mitomycin mitotane mitoxantrone modafinil moexipril
molindone mometasone montelukast morphine moxifloxacin mupirocin mycophenolate nabilone nabumetone
nadolol nafcillin naftifine nalbuphine naldemedine naloxegol naloxone naltrexone naphazoline
naproxen naratriptan natalizumab nateglinide nebivolol nedocromil nefazodone nelarabine nelfinavir
neomycin neostigmine nepafenac neratinib netarsudil nevirapine niacin nicardipine nicotine
nifedipine nilotinib nilutamide nimodipine nintedanib niraparib nirmatrelvir nisoldipine
nitazoxanide nitisinone nitrofurantoin nitroglycerin nivolumab nizatidine norelgestromin
norepinephrine norethindrone norgestimate nortriptyline nusinersen nystatin obeticholic
obinutuzumab ocrelizumab octreotide ofatumumab ofloxacin olanzapine olaparib olmesartan olodaterol
olopatadine omadacycline omalizumab omeprazole ondansetron opicapone oritavancin orlistat
orphenadrine oseltamivir osimertinib ospemifene oxacillin oxaliplatin oxandrolone oxaprozin
oxazepam oxcarbazepine oxiconazole oxybutynin oxycodone oxymetazoline oxymorphone oxytocin ozanimod
paclitaxel palbociclib paliperidone palivizumab palonosetron pamidronate pancrelipase pancuronium
panitumumab panobinostat pantoprazole paricalcitol paroxetine pasireotide patiromer patisiran
pazopanib pegaspargase pegfilgrastim peginterferon pegloticase pembrolizumab pemetrexed pemigatinib
penbutolol penciclovir penicillamine penicillin pentamidine pentazocine pentobarbital pentosan
pentostatin pentoxifylline perampanel perindopril permethrin perphenazine pertuzumab
phenazopyridine phendimetrazine phenelzine phenobarbital phenoxybenzamine phentermine phentolamine
phenylephrine phenytoin phytonadione pibrentasvir pilocarpine pimavanserin pimecrolimus pimozide
pindolol pioglitazone piperacillin pirfenidone piroxicam pitavastatin pitolisant plazomicin
plecanatide plerixafor podofilox polatuzumab polyethylene ponatinib posaconazole potassium
pralatrexate pralidoxime pramipexole pramlintide prasugrel pravastatin praziquantel prazosin
prednicarbate prednisolone prednisone pregabalin pretomanid primaquine primidone probenecid
procainamide procarbazine prochlorperazine progesterone promethazine propafenone propantheline
proparacaine propofol propranolol propylthiouracil protamine protriptyline prucalopride
pseudoephedrine pyrazinamide pyridostigmine pyridoxine pyrimethamine quazepam quetiapine quinapril
quinidine quinine rabeprazole raloxifene raltegravir ramelteon ramipril ramucirumab ranibizumab
ranitidine ranolazine rasagiline rasburicase ravulizumab regorafenib relugolix remdesivir
remifentanil remimazolam repaglinide reslizumab ribavirin ribociclib rifabutin rifampin rifapentine
rifaximin rilonacept rilpivirine riluzole rimegepant riociguat ripretinib risankizumab risedronate
risperidone ritonavir rituximab rivaroxaban rivastigmine rizatriptan rocuronium roflumilast
romidepsin romiplostim romosozumab ropinirole ropivacaine rosiglitazone rosuvastatin rotigotine
rucaparib rufinamide ruxolitinib sacubitril safinamide salmeterol salsalate sapropterin saquinavir
sarecycline sarilumab saxagliptin scopolamine secnidazole secukinumab selegiline selexipag
selinexor selpercatinib selumetinib semaglutide sertaconazole sertraline sevelamer sevoflurane
sildenafil silodosin siltuximab simeprevir simvastatin siponimod sirolimus sitagliptin sodium
sofosbuvir solifenacin solriamfetol somatropin sonidegib sorafenib sotalol sotorasib spinosad
spironolactone streptomycin succinylcholine sucralfate sufentanil sugammadex sulconazole
sulfacetamide sulfadiazine sulfamethoxazole sulfasalazine sulindac sumatriptan sunitinib suvorexant
tacrolimus tadalafil tafamidis tafenoquine tamoxifen tamsulosin tapentadol tasimelteon tazarotene
tazemetostat tedizolid teduglutide telavancin telbivudine telithromycin telmisartan telotristat
temazepam temozolomide temsirolimus tenecteplase tenofovir terazosin terbinafine terbutaline
terconazole teriflunomide teriparatide tesamorelin testosterone tetrabenazine tetracaine
tetracycline tezacaftor tezepelumab thalidomide theophylline thiamine thioguanine thioridazine
thiotepa thiothixene tiagabine ticagrelor ticlopidine tigecycline tildrakizumab timolol tinidazole
tiotropium tipranavir tirofiban tirzepatide tizanidine tobramycin tocilizumab tofacitinib
tolazamide tolbutamide tolcapone tolmetin tolterodine tolvaptan topiramate topotecan toremifene
torsemide trabectedin tramadol trametinib trandolapril tranexamic tranylcypromine trastuzumab
travoprost trazodone treprostinil tretinoin triamcinolone triamterene triazolam trientine
trifarotene trifluoperazine trifluridine trihexyphenidyl trimethobenzamide trimethoprim
trimipramine trospium tucatinib ubrogepant ulipristal umeclidinium upadacitinib ursodiol
ustekinumab valacyclovir valbenazine valganciclovir valproate valsartan vandetanib vancomycin
vardenafil varenicline vasopressin vecuronium vedolizumab velpatasvir vemurafenib venetoclax
venlafaxine verapamil vericiguat vernakalant verteporfin vigabatrin vilanterol vilazodone
vinblastine vincristine vinorelbine vismodegib vonoprazan vorapaxar voriconazole vorinostat
vortioxetine voxelotor warfarin xanomeline zafirlukast zaleplon zanamivir zanubrutinib ziconotide
zidovudine zileuton ziprasidone zoledronic zolmitriptan zolpidem zonisamide zuranolone
"""

BRAND = """
Abilify Accolate Accupril Aciphex Actonel Actos Adderall Adipex Advair Advil Aggrenox Aimovig Ajovy
Aldactone Aleve Alinia Allegra Alphagan Altace Amaryl Ambien Amerge Amitiza Anafranil Androgel
Anoro Aplenzin Apriso Aptiom Aricept Arimidex Armour Aromasin Arthrotec Asacol Astelin Atacand
Ativan Atripla Atrovent Augmentin Austedo Auvelity Avalide Avandia Avapro Avelox Avodart Azilect
Azor Bactrim Bactroban Baqsimi Basaglar Belsomra Benadryl Benicar Bentyl Betapace Biaxin Biktarvy
Boniva Botox Breo Brilinta Briviact Budeprion Bumex Buspar Butrans Bydureon Byetta Bystolic Caduet
Calan Caplyta Carafate Carbatrol Cardizem Cardura Cataflam Catapres Ceftin Celebrex Celexa Chantix
Cialis Cipro Clarinex Claritin Cleocin Climara Clozaril Cobenfy Cogentin Colace Colcrys Combivent
Complera Concerta Contrave Copaxone Coreg Cosentyx Coumadin Cozaar Crestor Cymbalta Cytomel
Daliresp Daypro Dayvigo Decadron Demerol Depakote Desyrel Detrol Dexedrine Dexilant Diabeta
Diflucan Dilantin Dilaudid Diovan Ditropan Dovato Duavee Dulera Duragesic Dupixent Edarbi Edluar
Effexor Elavil Eldepryl Elidel Eliquis Emgality Emsam Enbrel Entresto Entyvio Epiduo Epipen Epzicom
Esgic Eskalith Estrace Eucrisa Evista Exelon Exforge Fanapt Farxiga Femara Fetzima Fioricet Flagyl
Flexeril Flomax Flonase Florinef Flovent Focalin Forteo Fosamax Frova Gabitril Genvoya Geodon
Gilenya Glucophage Glucotrol Gralise Halcion Haldol Harvoni Hetlioz Horizant Humalog Humira Humulin
Hytrin Hyzaar Imdur Imitrex Imodium Inderal Ingrezza Inspra Intuniv Invega Invokana Isentress
Janumet Januvia Jardiance Jornay Kapvay Keflex Kenalog Keppra Keytruda Klonopin Klorcon Kombiglyze
Korlym Kynmobi Lamictal Lamisil Lantus Lasix Latuda Lescol Levaquin Levemir Levitra Levoxyl Lexapro
Lialda Librium Lidoderm Linzess Lioresal Lipitor Livalo Lodine Loestrin Lopid Lopressor Lortab
Lotensin Lotrel Lovaza Lovenox Lucemyra Lunesta Lupron Luvox Lybalvi Lyrica Macrobid Marinol
Marplan Maxalt Maxzide Medrol Mestinon Metaglip Mevacor Micardis Micronase Minipress Mirapex Mirena
Mobic Motegrity Motrin Mounjaro Movantik Mucinex Multaq Mydayis Myrbetriq Namenda Namzaric Naprosyn
Nardil Nasacort Nasonex Nembutal Neurontin Nexium Niaspan Nizoral Norco Norpramin Northera Norvasc
Norvir Nourianz Novolog Noxafil Nucala Nucynta Nuedexta Nuplazid Nurtec Nuvaring Nuvigil Ocrevus
Odefsey Ofev Olumiant Omnicef Onfi Onglyza Opsumit Orencia Orilissa Oriahnn Orkambi Otezla Oxtellar
Oxycontin Ozempic Pamelor Parlodel Parnate Patanol Paxil Paxlovid Pepcid Percocet Periactin Pexeva
Phenergan Plaquenil Plavix Pletal Pradaxa Praluent Prandin Precose Premarin Prempro Prevacid
Prilosec Prinivil Pristiq Procardia Prograf Prolia Prometrium Propecia Proscar Protonix Protopic
Provera Provigil Prozac Pulmicort Qelbree Qsymia Qudexy Qulipta Qvar Ranexa Rapaflo Razadyne Reglan
Relafen Relistor Relpax Remeron Remicade Renvela Repatha Requip Restasis Restoril Retina Retin
Revatio Revia Revlimid Rexulti Reyvow Rilutek Rinvoq Risperdal Ritalin Robaxin Roxicodone Roxybond
Rozerem Rybelsus Rytary Sabril Sanctura Saphris Savaysa Savella Seconal Seroquel Serzone Silenor
Simponi Sinemet Sinequan Singulair Skelaxin Skyrizi Soma Sonata Soriatane Spiriva Sporanox Sprintec
Sprix Sprycel Stalevo Starlix Stavzor Stelara Steglatro Strattera Stribild Sublocade Suboxone
Subutex Sudafed Sular Sunosi Surmontil Symbicort Symbyax Symproic Synthroid Taltz Tamiflu Tasmar
Tegretol Tekturna Tenormin Teveten Thorazine Tiazac Tikosyn Tofranil Topamax Toprol Toradol
Tradjenta Trelegy Tremfya Trental Tresiba Tribenzor Tricor Trileptal Trintellix Triumeq Trokendi
Trulicity Truvada Tudorza Tylenol Uceris Uloric Ultracet Ultram Uniretic Unisom Uroxatral Valium
Valtrex Vascepa Vaseretic Vasotec Ventolin Verelan Vesicare Viagra Vibativ Vibramycin Vicodin
Victoza Viibryd Vimovo Vimpat Viracept Viread Vistaril Vivactil Vivitrol Voltaren Vraylar Vytorin
Vyvanse Wakix Wegovy Welchol Wellbutrin Xanax Xarelto Xcopri Xeljanz Xenazine Xenical Xifaxan
Xolair Xyrem Xywav Xyzal Yasmin Yaz Zanaflex Zantac Zarontin Zaroxolyn Zebeta Zelapar Zelnorm
Zepbound Zestoretic Zestril Zetia Ziac Zithromax Zocor Zofran Zohydro Zoladex Zoloft Zometa Zomig
Zonegran Zontivity Zovirax Zubsolv Zulresso Zurzuvae Zyban Zyflo Zyloprim Zyprexa Zyrtec Zytiga
Zyvox
"""

# What is ketamine-like, and therefore not asked here to pass.
KETAMINE_LIKE = frozenset({"ketamine", "esketamine", "arketamine"})
# Names that are stopped although they are something else, each with its reason. Nobody may add one
# without saying why it cannot be told apart.
UNAVOIDABLE: dict[str, str] = {}


def every_name() -> list[str]:
    """Give every name once, in the order of the alphabet."""
    return sorted({name.lower() for name in (GENERIC + BRAND).split()} - KETAMINE_LIKE)

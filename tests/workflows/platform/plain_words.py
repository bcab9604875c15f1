"""Which words may a message be made of? These, and a new one only after somebody has thought of it.

Ask of it: what does a stranger learn who reads it over a shoulder? No word of care, of a body, of a
drug or of a role stands here.
"""

ENGLISH = """
    a account add added again agreement an and anew another answer answers any anything are
    arrive arrives asked asks at be before booked call called cannot change changed checked
    choose code come could count did do does double due else ended ends eye find finish
    finished for form from gave go handed happened has have help helpers if in into
    invitation invited is it its keep left like link list look looked may message mind
    missed misused more moved named need needs new nobody none not now number of off old on
    once one open opened or ours out outside overdue parcel password permission person phone
    please questions reach read record report reported review s safe second see seems sent
    sign signed site some somebody something soon staff step system take talk team that the
    their theirs them there they this time to told twice type up us use used vigil wait
    waiting waits was way ways we were what when which who whose why without work worried
    would yet you your yours
"""
SPANISH = """
    a abra abrir abrió acuerdo ahora al algo alguien algunas anteriores antes atención
    atrasado aviso ayuda ayudan añadió aún busque cambio cambió camino canceló cargo centro
    cerramos cerró cita con contraseña contó cosa cuadra cualquier cuando cuenta cuya cuál
    cuándo código dar de del dieron dio doble dos el elija en enlace entrada entrar enviado
    envió equipo es escriba espera esperamos esperan esperar espere este esto está
    expediente falta faltó favor forma formas formulario fue fuera ha hablar hay hayamos
    hágase idea ido informó invitación invitan invitó la las le lea leyó lista llame llegue
    llegó llámenos lo logra mal mensaje mirar mire miró mírelo nadie necesita necesite
    ninguno no nombró nos nuestra nuestro nueva nuevo número o otra otro paquete para parece
    paso pasó pedir permiso persona pide pidió por preguntas preocupado pronto proteger
    pudimos puede que quien quienes quiere quién qué recibir reservó responda responde
    respuesta respuestas revisar revise se seguir segunda segundo si sin sistema su supo
    suyo teléfono tener tenga termina terminarlo terminaron terminó tiempo tiene toca
    trabajo un una unas usar use uso usted ustedes usó va vaya veces venir ver verla verlo
    vez vigil volver vuelva y ya
"""
PLAIN = {"en": frozenset(ENGLISH.split()), "es": frozenset(SPANISH.split())}
# How words begin, in both languages, that tell what somebody has, takes, is asked, or is to us.
TELLING = """
    addict alcohol anesth anest ansiedad anxi anxiety autoles behavio bipolar blood breath
    cannab clinic clínic coach consent cuestionario depres diagn disoci dissoc doctor dolor
    dose dosi dosag drog drug efecto effect embaraz emergenc enferm farmac fármac hallucin
    alucin harm daño health heart coraz hipertens hyperten hospit infusi inject inyec intake
    intox lozenge med mental mood ánimo nasal nause náuse nurs overdos sobredosis oxyg oxíg
    pacient pain panic pánico patient pharm pill pastilla pregnan prescri receta presión
    pressure psi psy ptsd tept pulse pulso questionnaire recover riesgo risk salud sangre
    sedat sedac sesi session sitter acompaña síntoma sleep sueño spray substanc sustanc
    suicid symptom tablet terap therap trance trauma tratam treat trip viaje urin vital
    vomit vómit
"""
BEGINNINGS = tuple(TELLING.split())

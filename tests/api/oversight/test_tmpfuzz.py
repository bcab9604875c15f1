import random, traceback, collections
from uuid import uuid4
import pytest
from api.platform import spec
from models import Base
from models.people.accounts import RoleGrant
from rules.terms import Role
from tests.factories import oversight as ov, aftercare
from sqlalchemy import select

def gen(doc, s, rnd, depth=0):
    if "$ref" in s:
        return gen(doc, doc["components"]["schemas"][s["$ref"].split("/")[-1]], rnd, depth)
    for k in ("anyOf","oneOf"):
        if k in s: return gen(doc, rnd.choice(s[k]), rnd, depth)
    if "allOf" in s: return gen(doc, s["allOf"][0], rnd, depth)
    if "enum" in s: return rnd.choice(s["enum"])
    t=s.get("type")
    if isinstance(t,list): t=rnd.choice(t)
    if t=="object" or "properties" in s:
        out={}
        for n,p in s.get("properties",{}).items():
            if n in s.get("required",()) or rnd.random()<.8: out[n]=gen(doc,p,rnd,depth+1)
        if not s.get("properties"):
            out={c:gen(doc,s.get("additionalProperties",{"type":"string"}) if isinstance(s.get("additionalProperties"),dict) else {"type":"string"},rnd,depth+1) for c in ("q1","a","q9")}
        return out
    if t=="array":
        n=rnd.choice([s.get("minItems",0),1,3,min(s.get("maxItems",3),50)])
        return [gen(doc,s["items"],rnd,depth+1) for _ in range(n)]
    if t=="integer": 
        return rnd.choice([s.get("minimum",0),s.get("maximum",2**31-1),s.get("minimum",0)+1])
    if t=="number": return rnd.choice([s.get("minimum",0),s.get("maximum",1)])
    if t=="boolean": return rnd.random()<.5
    if t=="null" or t is None: return None
    f=s.get("format")
    if f=="uuid": return rnd.choice(IDS)
    if f=="date-time": return rnd.choice(["1880-01-01T00:00:00-14:00","2199-12-31T23:59:59+14:00","2026-11-23T16:59:00Z","2026-11-24T17:00:00Z","2026-11-23T17:00:00+00:00"])
    if f=="date": return rnd.choice(["1880-01-01","2199-12-31","2026-11-23","2026-11-22"])
    if f=="email": return "a.b+c@example.org"
    p=s.get("pattern","")
    if p.startswith("^[A-Z]{2}$"): return rnd.choice(["CO","ZZ","CA"])
    if "A-Za-z0-9_+/-" in p: return rnd.choice(["America/Denver","Etc/GMT+12","Pacific/Kiritimati"])
    if p.startswith(r"^\+"): return "+13035550177"
    if p: return rnd.choice(["abc","a"*min(20,s.get("maxLength",20)),"ket-rdt-100","12345"])
    return rnd.choice(["x","𝕏 é\u0301 ﷽"*5,"y"*s.get("maxLength",20)])[:s.get("maxLength",4000)].ljust(s.get("minLength",1),"z")
IDS=[]
def test_fuzz(app, client_for, stage, made, clock):
    def enter(session):
        now=clock.now()
        day=ov.an_office_day(session, now)
        o=ov.an_office_session(session, now, made.patient)
        ov.an_adverse_event(session, now, made.patient); ov.a_hold(session, now, made.patient)
        session.add(__import__("models.plan.catalogue",fromlist=["SiteStaff"]).SiteStaff(site_id=o.site_id,user_id=day.observer.id,started_at=now))if 0 else None
        from tests.factories.people import a_user
        admin=a_user(session,now,Role.ADMIN)
        return day, admin
    day,admin=stage.given(enter)
    who={"patient":made.patient.user_id,"sitter":made.sitter.user_id,"coach":made.coach.id,"prescriber":made.prescriber.id,"officer":made.officer.id,"staff":day.observer.id,"admin":admin.id}
    doc=spec.document(app); ops=list(spec.operations(doc))
    rnd=random.Random(7); bad=collections.OrderedDict(); codes=collections.Counter(); ok=collections.Counter()
    app.testing=False
    byname=collections.defaultdict(list)
    def refresh():
        IDS.clear(); byname.clear()
        def look(session):
            for m in Base.registry.mappers:
                t=m.class_.__tablename__
                if not hasattr(m.class_,"id"): continue
                ids=[str(x) for x in session.scalars(select(m.class_.id).limit(40))]
                byname[t]+=ids; IDS.extend(ids[:5])
        stage.given(look); IDS.append(str(uuid4()))
    import logging
    caught=[]
    from api.platform import logs
    orig=logs.note_failure
    def nf(e): caught.append(e); orig(e)
    logs.note_failure=nf
    import time; end=time.time()+240
    rounds=0
    while time.time()<end:
        rounds+=1; refresh()
        for path,method,op in ops:
            if op["operationId"] in ("fail","log_out","log_in","refresh_tokens","end_session","accept_invitation","disable_person","end_role","change_password","end_care_team_membership","end_at_site","ring_bell"): continue
            parts=[]
            for part in path.split("/"):
                if part[:1]=="{":
                    n=part.strip("{}").removesuffix("_id")
                    n={"order":"medication_order","plan":"treatment_plan","decision":"gate_decision","user":"user_account","member":"care_team_member","note":rnd.choice(["coaching_note","private_note"]),"shift":"on_call_shift","login":"login_session","slot":"slot"}.get(n,n)
                    parts.append(rnd.choice(byname.get(n) or IDS))
                else: parts.append(part)
            full="/".join(parts)
            c=op.get("requestBody",{}).get("content",{}).get(spec.JSON)
            body=gen(doc,c["schema"],rnd) if c and "schema" in c else None
            role=rnd.choice(list(who))
            a=clients[role].send(method.upper(), full, json=body, key=str(uuid4()), version=rnd.choice([1,1,2])) if rounds>1 or not (globals().__setitem__("clients",{r:client_for(u) for r,u in who.items()})) else None
            codes[a.status_code]+=1
            if a.status_code<300: ok[op["operationId"]]+=1
            if a.status_code>=500:
                e=caught[-1]; tb=traceback.extract_tb(e.__traceback__)
                ours=[f for f in tb if "/work/main/" in f.filename and ".venv" not in f.filename]
                bad.setdefault((op["operationId"],type(e).__name__,f"{ours[-1].filename[-40:]}:{ours[-1].lineno}"),(role,str(e)[:300],str(body)[:300]))
    logs.note_failure=orig; app.testing=True
    print("ROUNDS",rounds,codes,"OPS",len(ops),"OKOPS",len(ok))
    print("NEVER", sorted({o["operationId"] for _,_,o in ops}-set(ok)))
    for k,v in bad.items(): print("BAD",k,v)
    assert 0

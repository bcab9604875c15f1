"""Which offices of ours are there, and is their certification valid today?"""

from sqlalchemy import select

from models.plan.catalogue import CertifiedSite
from rules.permissions import Permission
from workflows.platform.work import Work, reading


@reading(permit=Permission.READ_CATALOGUE, audit="site.listed")
def read_sites(work: Work) -> list[CertifiedSite]:
    """List every site with the days between which it is certified."""
    return list(work.session.scalars(select(CertifiedSite).order_by(CertifiedSite.code)))

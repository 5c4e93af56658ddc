"""What personal data is processed for, who may do it, and what can be wrong with it: the tables behind the log."""

import numpy as np
import pandas as pd

from workbook.retailer.privacy import consents as c

# One row a purpose: basis, what is done, fields that are needed, roles that may (most frequent first), and the
# name of the system. The first rows are those of consents.PURPOSES.
PURPOSES = pd.DataFrame(
    [
        ("marketing email", "consent", "send", "name,email", "system,marketing", "campaigns"),
        ("marketing sms", "consent", "send", "name,phone", "system,marketing", "campaigns"),
        ("app push", "consent", "send", "device_id,name", "system,marketing", "campaigns"),
        ("profiling", "consent", "read", "orders,sizes,birth_date", "system,analyst", "crm"),
        ("sharing with partners", "consent", "share", "name,phone", "marketing,system", "crm"),
        ("cross-border analytics", "consent", "export", "orders,birth_date,device_id", "system,analyst", "warehouse"),
        ("service improvement", "consent", "read", "orders,sizes,points", "analyst,service agent", "crm"),
        ("order handling", "contract", "update", "name,phone,orders,payment_ref", "system,store staff,service agent", "e-shop"),
        ("delivery", "contract", "share", "name,phone,address", "system,courier", "e-shop"),
        ("invoicing", "legal duty", "export", "name,address,orders,payment_ref", "finance,system", "erp"),
        ("service", "contract", "read", "name,phone,orders,sizes", "service agent,store staff,partner", "crm"),
        ("privacy request", "legal duty", "update", "name,phone,email,address,birth_date,orders", "service agent", "crm"),
        ("fraud check", "legitimate interest", "read", "name,address,device_id,payment_ref", "system,analyst", "fraud scan"),
        ("reporting", "legitimate interest", "export", "orders,points,sizes,birth_date", "system,analyst,marketing", "warehouse"),
        ("backup", "legal duty", "export", "name,phone,email,address,birth_date,orders,points", "system,engineer", "backup"),
    ],
    columns=["purpose", "basis", "action", "fields", "roles", "system"],
)  # fmt: skip
CONSENTED = len(c.PURPOSES)
CODE = {purpose: code for code, purpose in enumerate(PURPOSES["purpose"])}
EXTRA = ("id_number", "health_note")  # fields that no purpose needs
# One row a role: how many people or accounts act in it (systems are named by purpose).
ROLES = {"system": 0, "store staff": 96, "service agent": 24, "analyst": 8, "marketing": 10, "engineer": 8,
         "finance": 6, "courier": 3, "partner": 4}  # fmt: skip
INSIDERS = tuple(ROLES)[1:7]
PLACES = ("CN", "SG", "DE", "JP", "AU", "PA", "SC", "KY", "VG")  # the last four have no business of Lanyu's

# One row a kind: planted rows for 1,000 customers, and what it breaks.
KINDS = pd.DataFrame(
    [
        ("marketing without consent", 9, "never said yes: PIPL 13, ePrivacy 13"),
        ("marketing after withdrawal", 9, "consent was withdrawn: PIPL 15, GDPR 7(3)"),
        ("marketing on an invalid consent", 8, "ticked beforehand or bundled: PIPL 14, GDPR 7"),
        ("other processing without consent", 6, "purpose needs consent: PIPL 13, GDPR 6"),
        ("shared without consent", 6, "separate consent to share: PIPL 23"),
        ("cross-border without its own basis", 8, "a mechanism and a separate consent: PIPL 38, 39"),
        ("kept beyond retention", 8, "last order too long ago: PIPL 19, GDPR 5(1)(e)"),
        ("processed after erasure", 5, "should have been gone: PIPL 47, GDPR 17"),
        ("processed after objection", 5, "objection was granted: PIPL 44, GDPR 21"),
        ("more fields than needed", 10, "data minimisation: PIPL 6, GDPR 5(1)(c)"),
        ("role without right", 9, "not this role's task: PIPL 51, GDPR 32"),
        ("no basis stated", 6, "every purpose needs a basis: PIPL 13, GDPR 5(2)"),
        ("leak", 12, ""),
    ],
    columns=["kind", "rate", "note"],
)
(
    NO_CONSENT,
    WITHDRAWN,
    INVALID,
    OTHER,
    SHARED,
    CROSSED,
    LAPSED,
    ERASED,
    OBJECTED,
    FIELDS,
    ROLE,
    BASIS,
    LEAK,
) = range(len(KINDS))
BASES = ("consent", "contract", "legal duty", "legitimate interest", "none stated")
MECHANISMS = ("standard contract",)  # what Lanyu has of the three of PIPL 38
NO_MECHANISM = 2  # rows for 1,000 customers that went abroad with a consent alone


def purposes_table() -> pd.DataFrame:
    """The register of processing; see `tables.contracts.privacy.Purposes`."""
    return PURPOSES[["purpose", "basis", "fields", "roles"]].copy()


def allowed() -> np.ndarray:
    """Shares of the roles (columns) in each purpose's rows: those named first have most."""
    shares = np.zeros((len(PURPOSES), len(ROLES)))
    for row, roles in enumerate(PURPOSES["roles"].str.split(",")):
        part = np.array([0.6, 0.3, 0.1])[: len(roles)]
        shares[row, [list(ROLES).index(r) for r in roles]] = part / part.sum()
    return shares


def forbidden() -> np.ndarray:
    """Shares of the insiders' roles that have no business with each purpose."""
    free = (allowed() == 0) & np.isin(list(ROLES), INSIDERS)
    return free / free.sum(axis=1, keepdims=True)


def actor_names() -> tuple[list[str], np.ndarray]:
    """Names of all who act, systems first (one a purpose), and where each role's begin."""
    names, start = list(PURPOSES["system"]), []
    for role, many in ROLES.items():
        start.append(len(names))
        inside = role in INSIDERS
        names += [f"E{start[-1] + k:03d}" if inside else f"{role} {k + 1}" for k in range(many)]
    return names, np.array(start)


def field_texts() -> list[str]:
    """Five ways to fill each purpose's fields: all, turned round, one left out, and two with one too many."""
    say = []
    for fields in PURPOSES["fields"].str.split(","):
        ways = [fields, fields[::-1], fields[:-1], *([*fields, extra] for extra in EXTRA)]
        say += [",".join(way) for way in ways]
    return say

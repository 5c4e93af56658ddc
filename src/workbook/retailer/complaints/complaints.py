"""Complaints: some tickets turn into one, some customers complain without having asked, and a faulty batch adds its own."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.core.timeline import PILOT_CITIES, lives_in
from workbook.retailer.sales.assortment import CATEGORIES
from workbook.retailer.sales.sales import Sales
from workbook.retailer.sales.supply import FAULTY_COMPLAINTS, Goods
from workbook.retailer.service.service_effects import Service
from workbook.retailer.service.tickets import until
from workbook.retailer.texts import complaint_texts, noisy_labels

UNASKED = 0.8  # chance that a disappointed customer without a ticket complains all the same
GRADES = np.array(
    [[0.82, 0.16, 0.02], [0.86, 0.13, 0.01], [0.45, 0.43, 0.12], [0.18, 0.47, 0.35]]
)  # by severity 0..3
CAUSES = pd.DataFrame(
    [
        ("product", "quality", 0.20), ("product", "not as described", 0.13), ("product", "counterfeit", 0.03),
        ("logistics", "late", 0.16), ("logistics", "damaged", 0.06), ("logistics", "lost", 0.04),
        ("service", "slow", 0.12), ("service", "rude", 0.05), ("service", "after-sales", 0.07), ("service", "returns", 0.05),
        ("system", "app", 0.04), ("system", "payment", 0.03), ("system", "account", 0.02),
    ],
    columns=["category", "sub_cause", "share"],
)  # fmt: skip
ENGLISH = 0.22  # share of complaints in English
WRONG_CATEGORY, WRONG_GRADE = (
    0.07,
    0.12,
)  # share that staff file under another category, or a grade too high or low
MEAN_RESPONSE, RESPONSE_SPREAD = 48.0, 0.9  # hours to the first answer: mean, and spread of the logarithm
RESOLVE = np.array([22.0, 36.0, 60.0])  # median hours from the answer to the end, by grade
REMEDIES = ("apology", "voucher", "replacement", "refund")
REMEDY = np.array([[0.55, 0.30, 0.10, 0.05], [0.25, 0.30, 0.20, 0.25], [0.10, 0.20, 0.15, 0.55]])  # by grade
PRICE = np.array([0.0, 20.0, 0.45, 1.0])  # of a remedy: CNY for a voucher, else a share of the order's amount


def make_complaints(
    hidden: pd.DataFrame, tickets: pd.DataFrame, sales: Sales, goods: Goods, service: Service,
    order_ids: pd.Series, block: Block,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """All complaints up to the end of the data, by time, and the truth behind each."""
    over = service.timeline.season.end + pd.Timedelta(days=1)
    cases = pd.concat(
        [
            from_tickets(hidden, tickets, service, block),
            unasked(sales, service, block),
            faulty(sales, goods, block),
        ],
        ignore_index=True,
    )
    cases = cases[cases["at"] < over].sort_values(["at", "who"], ignore_index=True)
    cases = with_causes(cases, sales, goods, block)
    ids = order_ids, goods.products["product_id"]
    table = complaints_table(cases, tickets, sales, service, ids, block)
    truth = pd.DataFrame(
        {
            "complaint_id": table["complaint_id"],
            "category": cases["category"],
            "sub_cause": cases["sub_cause"],
            "grade": cases["grade"],
            "faulty_batch": cases["faulty"],
        }
    )
    return table, truth


def from_tickets(hidden: pd.DataFrame, tickets: pd.DataFrame, service: Service, block: Block) -> pd.DataFrame:
    """Tickets that turn into a complaint, a day or so after the answer."""
    rng = block.rng("complaints.requests")
    chance = service.complaint_chance(
        hidden["severity"].to_numpy(), hidden["hours"].to_numpy(), hidden["inner"].to_numpy()
    )
    turns = rng.random(len(hidden)) < chance
    hours = hidden["hours"].clip(upper=96) + rng.gamma(1.5, 14.0, len(hidden))
    cases = hidden[["who", "order", "severity", "inner"]].assign(
        at=(hidden["opened_at"] + pd.to_timedelta(hours * 3600, unit="s")).dt.floor("s"),
        ticket=np.arange(len(hidden)),
        topic=tickets["topic"],
        faulty=False,
        line=-1,
    )
    return cases[turns]


def unasked(sales: Sales, service: Service, block: Block) -> pd.DataFrame:
    """Complaints of disappointed customers who had not asked for anything."""
    rng = block.rng("complaints.unasked")
    first = sales.orders["visit"][: sales.seen].drop_duplicates()
    visits = sales.bought.iloc[first].assign(
        order=first.index, after=sales.orders["ordered_at"][first.index].array
    )
    visits = visits[(visits["severity"] == 0) & ~visits["satisfied"]]
    begun = visits["inner"].to_numpy() >= service.timeline.inner("complaint process")
    chance = UNASKED * np.where(begun, 1 + service.claims["complaint-rate"], 1.0)
    days = rng.gamma(2.0, 2.5, len(visits))
    cases = visits[["who", "order", "severity", "inner"]].assign(
        at=(visits["after"] + pd.to_timedelta(days * 86_400, unit="s")).dt.floor("s"),
        ticket=-1,
        topic="",
        faulty=False,
        line=-1,
    )
    return cases[rng.random(len(visits)) < chance]


def faulty(sales: Sales, goods: Goods, block: Block) -> pd.DataFrame:
    """Complaints about pieces of the faulty batch."""
    rng = block.rng("complaints.faulty")
    lines = sales.lines[goods.is_faulty(sales.lines) & (sales.lines["at"] < sales.seen).to_numpy()]
    order = lines["at"].to_numpy()
    days = rng.gamma(2.0, 6.0, len(lines))
    cases = pd.DataFrame(
        {
            "who": sales.orders["who"].to_numpy()[order],
            "order": order,
            "severity": 2,
            "inner": 0.0,
            "at": sales.orders["ordered_at"].take(order).array
            + pd.to_timedelta((days * 86_400).round(), unit="s"),
            "ticket": -1,
            "topic": "",
            "faulty": True,
            "line": lines.index,
        }
    )
    return cases[rng.random(len(lines)) < FAULTY_COMPLAINTS]


# Where a ticket was about one of these, so is the complaint that follows, most of the time.
TOPIC_CATEGORY = {
    "size and fit": "product", "quality": "product", "delivery": "logistics", "return or exchange": "service",
    "staff": "service", "payment": "system", "account or app": "system",
}  # fmt: skip
KEEPS_TOPIC = 0.75


def with_causes(cases: pd.DataFrame, sales: Sales, goods: Goods, block: Block) -> pd.DataFrame:
    """Add what each complaint is about: category, sub_cause, grade, language, garment, days, amount, product."""
    n, rng = len(cases), block.rng("complaints.cause")
    wanted = cases["topic"].map(TOPIC_CATEGORY).where(rng.random(n) < KEEPS_TOPIC)
    wanted = wanted.mask(cases["faulty"], "product")
    cause = np.select([wanted == c for c in CAUSES["category"].unique()],
                      [draw_causes(c, n, rng) for c in CAUSES["category"].unique()], draw_causes(None, n, rng))  # fmt: skip
    cause = np.where(cases["faulty"], 0, cause)
    grade = 1 + draw_rows(GRADES[cases["severity"].to_numpy().astype(int)], rng)
    order = cases["order"].to_numpy()
    known = order >= 0
    line = line_of(cases, sales, rng)
    product = sales.lines["product"].to_numpy()[line] if len(sales.lines) else np.zeros(n, dtype=int)
    at = sales.orders["ordered_at"].to_numpy()[np.maximum(order, 0)]
    days = (cases["at"].to_numpy() - at) // np.timedelta64(1, "D")
    return cases.assign(
        category=CAUSES["category"].to_numpy()[cause],
        sub_cause=CAUSES["sub_cause"].to_numpy()[cause],
        grade=grade,
        language=np.where(rng.random(n) < ENGLISH, "en", "zh"),
        product=np.where(known, product, -1),
        garment=np.where(
            known, goods.products["category"].to_numpy()[product], rng.choice(CATEGORIES["category"], n)
        ),
        days=np.where(known, np.maximum(days, 0), rng.integers(1, 20, n)).astype(int),
        amount=np.where(known, sales.orders["amount"].to_numpy()[np.maximum(order, 0)], 200.0),
    )


def draw_causes(category: str | None, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw rows of CAUSES, of one category if it is named."""
    share = CAUSES["share"].where(CAUSES["category"] == category, 0.0) if category else CAUSES["share"]
    return rng.choice(len(CAUSES), n, p=(share / share.sum()).to_numpy())


def line_of(cases: pd.DataFrame, sales: Sales, rng: np.random.Generator) -> np.ndarray:
    """Row of the line that each complaint is about: the faulty one, or any of the order."""
    at = sales.lines["at"].to_numpy()
    order = np.maximum(cases["order"].to_numpy(), 0)
    first, last = np.searchsorted(at, order, side="left"), np.searchsorted(at, order, side="right")
    any_line = first + (rng.random(len(cases)) * (last - first)).astype(int)
    return np.where(cases["line"] >= 0, cases["line"], any_line)


def complaints_table(
    cases: pd.DataFrame,
    tickets: pd.DataFrame,
    sales: Sales,
    service: Service,
    ids: tuple[pd.Series, pd.Series],
    block: Block,
) -> pd.DataFrame:
    """What is on file of each complaint; see `tables.contracts.service.Complaints`."""
    order_ids, product_ids = ids
    n, over = len(cases), service.timeline.season.end + pd.Timedelta(days=1)
    grade = cases["grade"].to_numpy() - 1
    response = MEAN_RESPONSE * block.rng("complaints.response").lognormal(
        -(RESPONSE_SPREAD**2) / 2, RESPONSE_SPREAD, n
    )
    pilot = (
        lives_in(sales.people["city"].to_numpy()[cases["who"]], PILOT_CITIES)
        & (cases["at"] >= service.timeline.start("pilot")).to_numpy()
    )
    first = np.where(pilot, response * (1 + service.claims["pilot-response"]), response)
    more = RESOLVE[grade] * block.rng("complaints.resolved").lognormal(0, 0.7, n)
    remedy, cost = remedies(cases, block.rng("complaints.remedy"))
    resolved = until(cases["at"], response + more, over)
    label = block.rng("complaints.labels")
    return pd.DataFrame(
        {
            "complaint_id": block.ids("B", n),
            "customer_id": sales.ids.take(cases["who"]).array,
            "ticket_id": tickets["ticket_id"].reindex(cases["ticket"]).array,
            "order_id": order_ids.reindex(cases["order"]).array,
            "product_id": product_ids.reindex(cases["product"]).array,
            "complained_at": cases["at"],
            "language": cases["language"],
            "category": noisy_labels(cases["category"], label, WRONG_CATEGORY, near=False),
            "grade": noisy_labels(cases["grade"], label, WRONG_GRADE, near=True),
            "text": complaint_texts(cases, block.rng("complaints.text")),
            "first_response_at": until(cases["at"], first, over),
            "first_response_by": np.where(pilot, "machine", "person"),
            "resolved_at": resolved,
            "remedy": pd.Series(remedy).where(resolved.notna()),
            "remedy_cost": pd.Series(cost).where(resolved.notna()),
        }
    )


def remedies(cases: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What each complaint was settled with, and its cost."""
    kind = draw_rows(REMEDY[cases["grade"].to_numpy() - 1], rng)
    cost = np.where(kind == 1, PRICE[1], PRICE[kind] * cases["amount"].to_numpy())
    return np.array(REMEDIES)[kind], cost.round(2)

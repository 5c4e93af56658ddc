"""What customers say when they are asked: after a ticket, and four times a year. Who answers depends on the mood."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.sales.sales import Sales
from workbook.retailer.service.service_effects import Service

TRIGGERED = 0.26  # share of resolved tickets that are followed by a survey
QUARTERLY = 0.10  # share of customers, asked each quarter if they bought within a year
ANSWERS = {
    "triggered": (0.42, 0.62),
    "quarterly": (0.30, 0.38),
}  # chance to answer when satisfied, and when not
FATIGUE = 0.75  # factor on that chance for each survey of the last half year
CSAT_GOOD, CSAT_BAD = (0.55, 0.45), (0.22, 0.30, 0.48)  # 4 and 5 of the satisfied; 1, 2, 3 of the others
NPS = {True: (8.5, 1.4), False: (5.4, 2.0)}  # mean and spread of 0..10
# Mean of each dimension (1..5), what satisfaction adds to it, what a higher price level adds.
DIMENSIONS = {
    "product": (3.5, 0.55, 0.3),
    "price": (3.2, 0.25, 0.9),
    "service": (2.9, 1.2, 0.0),
    "after_sales": (2.8, 1.1, 0.0),
}
COLUMNS = ["nps", "csat", *DIMENSIONS, "speed"]


def make_surveys(
    hidden: pd.DataFrame, tickets: pd.DataFrame, sales: Sales, service: Service, block: Block
) -> pd.DataFrame:
    """Every survey that was sent, with the answers of those who answered; see `tables.contracts.service.Surveys`."""
    over = service.timeline.season.end + pd.Timedelta(days=1)
    sent = pd.concat(
        [after_tickets(hidden, tickets, block), each_quarter(sales, service, block)], ignore_index=True
    )
    sent = sent[sent["sent_at"] < over].sort_values(["sent_at", "who"], ignore_index=True)
    good, n = sent["satisfied"].to_numpy(), len(sent)
    chance = np.select([(sent["kind"] == k) & (good == g) for k in ANSWERS for g in (True, False)],
                       [p for pair in ANSWERS.values() for p in pair], 0.0)  # fmt: skip
    chance = chance * FATIGUE ** recent(sent)
    rng = block.rng("surveys.answers")
    answered = sent["sent_at"] + pd.to_timedelta(rng.gamma(1.2, 20.0, n) * 3600, unit="s")
    answers = (rng.random(n) < chance) & (answered < over).to_numpy()
    table = pd.DataFrame(
        {
            "survey_id": block.ids("Q", n),
            "kind": sent["kind"],
            "customer_id": sales.ids.take(sent["who"]).array,
            "ticket_id": tickets["ticket_id"].reindex(sent["ticket"]).array,
            "sent_at": sent["sent_at"],
            "answered_at": answered.dt.floor("s").where(answers),
        }
    )
    return table.assign(
        **{c: v.where(answers).astype("Int64") for c, v in opinions(sent, sales, service, block).items()}
    )


def after_tickets(hidden: pd.DataFrame, tickets: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Surveys that follow a resolved ticket: who, ticket (row), kind, sent_at, satisfied, hours."""
    rng = block.rng("surveys.triggered")
    asked = (rng.random(len(tickets)) < TRIGGERED) & tickets["resolved_at"].notna().to_numpy()
    later = pd.to_timedelta(rng.integers(3600, 90_000, len(tickets)), unit="s")
    return pd.DataFrame(
        {
            "who": hidden["who"],
            "ticket": np.arange(len(tickets)),
            "kind": "triggered",
            "sent_at": tickets["resolved_at"] + later,
            "satisfied": hidden["satisfied"],
            "hours": hidden["hours"],
        }
    )[asked]


def each_quarter(sales: Sales, service: Service, block: Block) -> pd.DataFrame:
    """Surveys of a sample of customers who bought within a year; they answer by their last purchase."""
    season, rng = service.timeline.season, block.rng("surveys.quarterly")
    dates = pd.date_range(season.start, season.end, freq="QE-DEC") - pd.Timedelta(days=14)
    visits = sales.bought[sales.bought["inner"] < season.now].sort_values("inner", kind="stable")
    parts = []
    for date in dates[dates > season.start]:
        inner = season.inner(date)
        seen = visits[(visits["inner"] < inner) & (visits["inner"] >= inner - 52)].drop_duplicates(
            "who", keep="last"
        )
        some = seen[rng.random(len(seen)) < QUARTERLY]
        at = date + pd.to_timedelta(rng.integers(9 * 3600, 20 * 3600, len(some)), unit="s")
        parts.append(some[["who", "satisfied", "hours"]].assign(ticket=-1, kind="quarterly", sent_at=at))
    columns = ["who", "ticket", "kind", "sent_at", "satisfied", "hours"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def recent(sent: pd.DataFrame) -> np.ndarray:
    """How many surveys each customer got in the half year before each one, up to 3."""
    by = sent.sort_values(["who", "sent_at"])
    count = np.zeros(len(by))
    for back in (1, 2, 3):
        same = by["who"].eq(by["who"].shift(back)) & (
            by["sent_at"] - by["sent_at"].shift(back) < pd.Timedelta(days=182)
        )
        count += same.to_numpy()
    return pd.Series(count, index=by.index).reindex(sent.index).to_numpy()


def opinions(sent: pd.DataFrame, sales: Sales, service: Service, block: Block) -> dict[str, pd.Series]:
    """What each would answer, whether or not he does: nps, csat, the dimensions, speed (of a ticket only)."""
    good, n = sent["satisfied"].to_numpy(), len(sent)
    rng = block.rng("surveys.opinions")
    csat = np.where(good, rng.choice([4, 5], n, p=CSAT_GOOD), rng.choice([1, 2, 3], n, p=CSAT_BAD))
    mean, spread = (np.where(good, NPS[True][i], NPS[False][i]) for i in (0, 1))
    level = sales.people["price_level"].to_numpy()[sent["who"]]
    answers = {
        "nps": np.clip(np.round(mean + spread * rng.standard_normal(n)), 0, 10),
        "csat": csat,
    }
    for name, (base, adds, dear) in DIMENSIONS.items():
        latent = base + adds * good + dear * (level - 0.4) + 0.8 * rng.standard_normal(n)
        answers[name] = np.clip(np.round(latent), 1, 5)
    hours = sent["hours"].to_numpy()
    quick = rng.random(n) < service.speed_share(hours)
    speed = np.where(quick, rng.choice([4, 5], n, p=CSAT_GOOD), rng.choice([1, 2, 3], n, p=CSAT_BAD))
    found = {name: pd.Series(values, dtype="float64") for name, values in answers.items()}
    return found | {"speed": pd.Series(speed, dtype="float64").where(sent["ticket"].to_numpy() >= 0)}

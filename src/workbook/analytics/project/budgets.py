"""The same project in several budgets: as an offer counts, as the claim can be read, as the firm's own data say, as it truly is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.project.net_present import npv
from workbook.tables.dataset import Dataset


@dataclass(frozen=True)
class Budget:
    """What an offer and a budget are made of.

    Attributes
    ----------
    sales : of a year
    margin : share of it that is left
    added : margin added in each year by customers who stay, if everybody uses the system
    offered : sum of the claims of the offer, as a share
    churn : the one claim about leaving, as a share
    set_up, running : planned cost at once, and a year
    overrun : cost against the plan
    adoption : share of staff who use it
    discount : of a year
    """

    sales: float
    margin: float
    added: tuple[float, ...]
    offered: float
    churn: float
    set_up: float
    running: float
    overrun: float
    adoption: float
    discount: float

    @property
    def years(self) -> int:
        """How many years are counted."""
        return len(self.added)

    @property
    def offer(self) -> float:
        """Left after all years, as an offer counts it: claims added up, on sales, from the first day."""
        return self.years * (self.sales * self.offered - self.running) - self.set_up

    @property
    def offer_npv(self) -> float:
        """Net present value of the same count."""
        return npv(self.discount, [-self.set_up, *[self.sales * self.offered - self.running] * self.years])

    @property
    def flows(self) -> list[float]:
        """Flows by year, counted carefully, from the year 0 of the set-up on."""
        return [-self.set_up * self.overrun, *(self.adoption * x - self.running for x in self.added)]

    @property
    def left(self) -> float:
        """Sum of the flows, not discounted."""
        return float(sum(self.flows))

    @property
    def npv(self) -> float:
        """Their net present value."""
        return npv(self.discount, self.flows)

    def table(self) -> pd.DataFrame:
        """The flows by year, discounted and summed up: index year; flow, worth of 1 today, worth today, sum so far."""
        flows = pd.Series(self.flows, index=pd.RangeIndex(self.years + 1, name="year"), name="flow")
        factor = (1 + self.discount) ** -flows.index.to_numpy(float)
        worth = flows * factor
        return pd.DataFrame(
            {"flow": flows, "1 is worth today": factor, "worth today": worth, "sum so far": worth.cumsum()}
        )


@dataclass(frozen=True)
class Compared:
    """How an offer compares with a careful count.

    Attributes
    ----------
    case : turns (the offer gains, the careful count loses), shrinks (both gain, the offer more), or alike
    offer, careful : what is left after all years, by each, not discounted
    offer_npv, npv : net present value, by each
    """

    case: str
    offer: Estimate
    careful: Estimate
    offer_npv: Estimate
    npv: Estimate


def compared(budget: Budget, unit: str) -> Compared:
    """Set the offer against the careful count, see `Compared`."""
    offer, careful = budget.offer, budget.left
    case = "alike" if offer <= careful else "turns" if offer > 0 > careful else "shrinks"
    amounts = (offer, careful, budget.offer_npv, budget.npv)
    return Compared(case, *(Estimate(amount, unit=unit) for amount in amounts))


def own_data(budget: Budget, lift: Estimate, first_share: float, unit: str = "money") -> Estimate:
    """Net present value if the effect is what the firm's own go-live showed, with the interval that gives it.

    The years keep the shape of the model: they grow with the first year's share. What was measured was measured with the staff who used it,
    so it is not multiplied by adoption again.

    Parameters
    ----------
    lift : measured change of the first year's margin
    first_share : the same by the model, at the claim
    """
    if not lift.known or not first_share > 0:
        return Estimate(unit=unit)
    cost = npv(budget.discount, [-budget.set_up * budget.overrun, *[-budget.running] * budget.years])
    gain = npv(budget.discount, [0.0, *budget.added])
    value, low, high = (cost + gain * x / first_share for x in (lift.value, lift.low, lift.high))
    return Estimate(float(value), float(low), float(high), unit, lift.n)


def true_benefit(shop: Dataset) -> pd.DataFrame:
    """The truth of the go-live by month; without rows where it is not known, as on a day before the data's end."""
    columns = ["month", "added", "margin_known", "added_known", "added_elsewhere"]
    if shop.truth is None or "crm_benefit" not in shop.truth:
        return pd.DataFrame(
            {c: pd.Series(dtype="datetime64[ns]" if c == "month" else float) for c in columns}
        )
    return shop.truth["crm_benefit"]


def true_years(benefit: pd.DataFrame, today: pd.Timestamp) -> pd.Series:
    """What a go-live elsewhere truly adds in each whole year after a day: index year, from 1."""
    months = benefit[benefit["month"] > today].reset_index(drop=True)
    whole = months.head(len(months) // 12 * 12)
    added = whole["added_elsewhere"].groupby(whole.index // 12 + 1).sum()
    return added.rename("true").rename_axis("year")


def true_npv(budget: Budget, years: pd.Series, cost: float) -> float:
    """Net present value with the true benefit elsewhere (`true_years`) and the cost that is to be expected against the plan."""
    added = years.iloc[: budget.years]
    if len(added) < budget.years:
        return np.nan
    return npv(budget.discount, [-budget.set_up * cost, *(added - budget.running)])


def side_by_side(budget: Budget, own: Estimate, truth: float) -> pd.DataFrame:
    """Net present value by the offer, the careful count, the own data and the truth, a row each: value, low, high; what isn't known is left out."""
    rows = {
        "the offer": Estimate(budget.offer_npv),
        "counted carefully": Estimate(budget.npv),
        "by our own go-live": own,
        "the truth": Estimate(truth),
    }
    known = {name: [e.value, e.low, e.high] for name, e in rows.items() if e.known}
    return pd.DataFrame.from_dict(known, orient="index", columns=["value", "low", "high"]).rename_axis(
        "budget"
    )


@dataclass(frozen=True)
class Judged:
    """How budgets look beside the truth.

    Attributes
    ----------
    case : careful (the truth is above the careful count), hopeful (below it), or unknown
    offer, count, truth : net present value by the offer, by the careful count, and in truth
    pays : whether it truly pays: pays or loses
    """

    case: str
    offer: Estimate
    count: Estimate
    truth: Estimate
    pays: str


def judged(budget: Budget, truth: float, unit: str) -> Judged:
    """Set offer and careful count against the truth."""
    offer, count = Estimate(budget.offer_npv, unit=unit), Estimate(budget.npv, unit=unit)
    case = "unknown" if np.isnan(truth) else "careful" if truth >= budget.npv else "hopeful"
    return Judged(case, offer, count, Estimate(truth, unit=unit), "pays" if truth > 0 else "loses")


DECIDED = {"now": "go", "leave": "leave", "beyond": "leave", "never": "leave", "pilot": "wait"}


def hindsight(advice: str, truth: float) -> str:
    """How a decision looks beside the truth, by the case of the advice: go, leave or wait, with _pays or _loses; or unknown."""
    if advice not in DECIDED or np.isnan(truth):
        return "unknown"
    return f"{DECIDED[advice]}_{'pays' if truth > 0 else 'loses'}"

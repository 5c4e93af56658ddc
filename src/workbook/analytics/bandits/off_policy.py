"""What a policy would have brought, from the log of another one: by inverse chances, by a model, by both.

IPS weights each row by the chance of its choice under the new policy over that under the old one (Horvitz & Thompson 1952,
doi 10.1080/01621459.1952.10483446). SNIPS divides by the weights' sum instead of the number of rows (Swaminathan & Joachims 2015). Doubly robust
takes a model's forecast and corrects it by the weighted misses (Dudik, Langford & Li 2011, arXiv 1103.4601). Intervals
are `skewed_mean`'s, with readers as clusters. All three need that whatever the new policy does, the old one did now and then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbook.analytics.bandits.policies import always
from workbook.analytics.estimate import Estimate
from workbook.analytics.skewed_means import skewed_mean

PRIOR = 20.0  # rows that the mean of a content weighs in the model, beside those of a group
ENOUGH = 200.0  # effective rows below which a log says little of a policy
SOME = 30.0  # effective rows that can tell that the chances on record are wrong
FAR, ROUNDED = (
    4.0,
    0.05,
)  # then the mean of weights is further from 1: standard errors, and what rounding explains
LEAST = 5.0  # effective rows that brought anything, below which there is no interval


def chosen(log: pd.DataFrame, policy: pd.DataFrame) -> np.ndarray:
    """Chance under a policy of the scene, channel and content that each row has."""
    column = policy.columns.get_indexer(log["content"])
    return policy.to_numpy()[np.arange(len(log)), column] * log["fair"].to_numpy()


def weights(log: pd.DataFrame, policy: pd.DataFrame) -> pd.Series:
    """Chance of each row's choice under the policy over the chance in the log."""
    return pd.Series(chosen(log, policy) / log["propensity"].to_numpy(), log.index, name="weight")


def effective_rows(weight: pd.Series) -> float:
    """Rows of equal weight that would tell as much (Kish 1965): the square of the sum over the sum of squares."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def ips(log: pd.DataFrame, policy: pd.DataFrame, outcome: str = "reward") -> Estimate:
    """Mean outcome of a policy, by inverse chances."""
    return mean_of(weights(log, policy) * log[outcome].astype(float), log, policy, outcome)


def snips(log: pd.DataFrame, policy: pd.DataFrame, outcome: str = "reward") -> Estimate:
    """Mean outcome of a policy, by inverse chances that are made to sum to 1; missing if nothing of it is in the log."""
    weight, value = weights(log, policy), log[outcome].astype(float)
    total = float(weight.mean())
    if not total:
        return Estimate(n=len(log))
    ratio = float((weight * value).mean()) / total
    error = mean_of(weight * (value - ratio) / total, log, policy, outcome)
    return shifted(error, ratio)


def doubly_robust(
    log: pd.DataFrame, policy: pd.DataFrame, outcome: str = "reward", forecast: pd.DataFrame | None = None
) -> Estimate:
    """Mean outcome of a policy, by a model corrected by the weighted misses."""
    return mean_of(robust_scores(log, policy, outcome, forecast), log, policy, outcome)


def robust_scores(
    log: pd.DataFrame, policy: pd.DataFrame, outcome: str = "reward", forecast: pd.DataFrame | None = None
) -> pd.Series:
    """What each row says of a policy's outcome, in the doubly robust way: their mean is the estimate."""
    if forecast is None:
        forecast = forecasts(log, outcome)
    at = forecast.columns.get_indexer(log["content"])
    missed = log[outcome].astype(float).to_numpy() - forecast.to_numpy()[np.arange(len(log)), at]
    expected = (policy.to_numpy() * forecast[policy.columns].to_numpy()).sum(axis=1)
    return pd.Series(expected + weights(log, policy).to_numpy() * missed, log.index)


def by_model(log: pd.DataFrame, policy: pd.DataFrame, outcome: str = "reward") -> Estimate:
    """Mean outcome that the model alone forecasts; without an interval, as nothing says how wrong the model is."""
    forecast = forecasts(log, outcome)[policy.columns]
    return Estimate(float((policy.to_numpy() * forecast.to_numpy()).sum(axis=1).mean()), n=len(log))


def forecasts(log: pd.DataFrame, outcome: str = "reward") -> pd.DataFrame:
    """Expected outcome of each content for each row, from rows of other readers.

    The mean of the group's rows with this content, drawn towards that of the content and the group (`PRIOR`). Readers are
    split into two halves, and each half is forecast from the other one.
    """
    fold = halves(log)
    parts = [
        fitted_means(log[fold != f], outcome)
        .reindex(log.loc[fold == f, "group"])
        .set_axis(log.index[fold == f])
        for f in (0, 1)
    ]
    found = pd.concat(parts).reindex(log.index)
    names = sorted(log["content"].unique())
    return found.reindex(columns=names).fillna(float(log[outcome].astype(float).mean()))


def halves(log: pd.DataFrame) -> pd.Series:
    """In which half of the readers each row's is, 0 or 1: they go to both in turn."""
    return pd.Series(pd.factorize(log["reader"])[0] % 2, log.index)


def fitted_means(log: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Means by group (rows) and content (columns), drawn towards what group and content alone would say."""
    known = log[log[outcome].notna()]
    value = known[outcome].to_numpy(dtype=float)
    (group, groups), (content, contents) = (pd.factorize(known[c], sort=True) for c in ("group", "content"))
    shape = len(groups), len(contents)
    cell = group * shape[1] + content
    total, number = (np.bincount(cell, w, shape[0] * shape[1]).reshape(shape) for w in (value, None))
    of_group, of_content = (total.sum(axis=a) / number.sum(axis=a) for a in (1, 0))
    overall = float(value.sum()) / max(len(value), 1) or 1e-12
    prior = np.outer(of_group, of_content) / overall
    found = (total + PRIOR * prior) / (number + PRIOR)
    return pd.DataFrame(found, pd.Index(groups, name="group"), pd.Index(contents, name="content"))


def mean_of(scores: pd.Series, log: pd.DataFrame, policy: pd.DataFrame, outcome: str) -> Estimate:
    """A mean of what each row says of a policy.

    Without an interval where hardly any row of it brought anything, or where the chances on record are `mistaken`: none would
    cover the truth. Rows of one reader aren't independent, and a few rows weigh much.
    """
    found = skewed_mean(scores, unit="ratio", cluster=log["reader"])
    brought = weights(log, policy)[log[outcome].astype(float) != 0]
    tells = effective_rows(brought) >= LEAST and not mistaken(log)
    return found if tells else Estimate(found.value, n=found.n)


def mistaken(log: pd.DataFrame) -> bool:
    """Whether the chances on record are of something else.

    Then the weights of a content for everybody, that each group got now and then, do not have 1 as their mean.
    """
    (group, groups), (content, names) = (pd.factorize(log[c]) for c in ("group", "content"))
    cell = np.bincount(group * len(names) + content, minlength=len(groups) * len(names))
    tried = cell.reshape(len(groups), len(names)).all(axis=0)
    weight = (log["fair"] / log["propensity"]).to_numpy(dtype=float)
    total, squares = (np.bincount(content, w, len(names)) for w in (weight, weight**2))
    return bool((tried & far_from_one(total, squares, len(log))).any())


def far_from_one(total: np.ndarray | float, squares: np.ndarray | float, rows: int) -> np.ndarray:
    """Whether weights are further from 1 on average than chance and rounding have them, by their sum and that of squares."""
    mean, effective = total / max(rows, 1), np.square(total) / np.maximum(squares, 1e-12)
    error = np.sqrt(np.maximum(squares / max(rows, 1) - mean**2, 0) / max(rows - 1, 1))
    return (effective >= SOME) & (np.abs(mean - 1) > np.maximum(FAR * error, ROUNDED))


def shifted(estimate: Estimate, by: float) -> Estimate:
    """An estimate of 0 moved to another value."""
    return Estimate(estimate.value + by, estimate.low + by, estimate.high + by, estimate.unit, estimate.n)


def unsupported(log: pd.DataFrame, policy: pd.DataFrame) -> float:
    """Share of a policy's choices that nobody of that group ever got in the log: of these it says nothing."""
    seen = pd.crosstab(log["group"], log["content"]).reindex(columns=policy.columns, fill_value=0) > 0
    never = ~seen.reindex(log["group"]).to_numpy()
    return float((policy.to_numpy() * never).sum(axis=1).mean())


@dataclass(frozen=True)
class Support:
    """What a log can say of a policy.

    Attributes
    ----------
    case : fine, few (hardly any rows do what the policy does), none (some of its choices were never made), or wrong (its
        weights are further from 1 on average than chance has them: the chances on record are of something else)
    effective : rows of equal weight that would tell as much
    rows : of the log
    never : share of its choices that were never made
    mean_weight : 1 in expectation, where nothing is missing
    """

    case: str
    effective: float
    rows: int
    never: float
    mean_weight: float


def support(log: pd.DataFrame, policy: pd.DataFrame) -> Support:
    """Whether a log can answer for a policy."""
    weight, never = weights(log, policy), unsupported(log, policy)
    effective = effective_rows(weight)
    wrong = bool(far_from_one(float(weight.sum()), float((weight**2).sum()), len(weight)))
    few = effective < ENOUGH
    case = "none" if never > 0 else "wrong" if wrong else "few" if few else "fine"
    return Support(case, effective, len(log), never, float(weight.mean()))


def weakest(log: pd.DataFrame, plans: Mapping[str, pd.DataFrame]) -> str:
    """The plan for which a log can answer least: wrong chances are worst, then what was never tried, then few rows."""
    about = {name: support(log, plan) for name, plan in plans.items()}
    order = ("fine", "few", "none", "wrong")
    return max(about, key=lambda name: (order.index(about[name].case), about[name].never))


def as_shares(log: pd.DataFrame) -> pd.DataFrame:
    """The log with wrong chances: in place of what was written down, the share of each content in the log.

    It is what people take who have no chances on record; it forgets to whom each content went. Scene and channel count as
    drawn evenly.
    """
    share = log["content"].map(log["content"].value_counts(normalize=True))
    return log.assign(propensity=share * log["fair"])


def wrong_chances(log: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Each content for everybody, by SNIPS with the chances of the log and with shares in their place."""
    other = as_shares(log)
    rows = {n: [snips(frame, always(frame, n)).value for frame in (log, other)] for n in names}
    columns = ["by the chances on record", "by shares of the log"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("content")


def chances_of_success(log: pd.DataFrame, most: int = 8) -> pd.Series:
    """Chance of a success of each content, were it shown to everybody; of the most frequent that the log can answer for.

    Where a small log can answer for none of them, of all of these.
    """
    plans = {name: always(log, name) for name in log["content"].value_counts().index[:most]}
    whole = {name: plan for name, plan in plans.items() if not unsupported(log, plan)} or plans
    found = {name: snips(log, plan, "success").value for name, plan in whole.items()}
    chances = pd.Series(found, name="success", dtype=float).clip(0.001, 0.999)
    return chances.sort_values(ascending=False).rename_axis("content")


def evaluated(
    log: pd.DataFrame, policies: Mapping[str, pd.DataFrame], outcome: str = "reward"
) -> pd.DataFrame:
    """Several policies side by side.

    Returns
    -------
    pandas.DataFrame
        index policy: value, low, high (doubly robust), IPS, SNIPS, effective rows, never (share of its choices that were
        never made).
    """
    forecast = forecasts(log, outcome)
    rows = {}
    for name, policy in policies.items():
        found, about = doubly_robust(log, policy, outcome, forecast), support(log, policy)
        rows[name] = {
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "IPS": ips(log, policy, outcome).value,
            "SNIPS": snips(log, policy, outcome).value,
            "effective rows": about.effective,
            "never": about.never,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("policy")


@dataclass(frozen=True)
class MeanAndValue:
    """The content whose mean in the log is furthest from what it would bring if everybody got it.

    Attributes
    ----------
    case : over (the mean says too much), under, alike, or unknown
    name : of the content
    mean : in the log
    value : if everybody got it
    """

    case: str
    name: str = ""
    mean: Estimate = field(default_factory=Estimate)
    value: Estimate = field(default_factory=Estimate)


def mean_against_value(stand: pd.DataFrame, values: pd.DataFrame, unit: str = "ratio") -> MeanAndValue:
    """Hold the means of a log against the values, of the contents for which the log can answer.

    Parameters
    ----------
    stand : from `choices.as_they_stand`
    values : from `evaluated`
    """
    known = values[(values["never"] == 0) & (values["high"] > values["low"])]
    if known.empty:
        return MeanAndValue("unknown")
    off = stand["reward"].reindex(known.index) - known["value"]
    name = str((off / (known["high"] - known["low"])).abs().idxmax())
    row, mean = known.loc[name], float(stand.loc[name, "reward"])
    case = "over" if mean > row["high"] else "under" if mean < row["low"] else "alike"
    value = Estimate.of(row[["value", "low", "high"]], unit)
    return MeanAndValue(case, name, Estimate(mean, unit=unit), value)

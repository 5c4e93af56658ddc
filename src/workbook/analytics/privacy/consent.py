"""What a consent is worth: at the moment of an act, and today.

A consent is judged as it stood when something was done: one that is withdrawn later does not make what was done
before unlawful (GDPR art. 7(3), PIPL art. 15). What a customer said last counts: a withdrawal ends every yes before it,
whichever question that answered, and a yes after it is a new consent; at the same moment the withdrawal counts. A box that came ticked, and a yes to the terms of sale, are none
(GDPR art. 4(11) and 7(2), PIPL art. 14). Of a yes that was asked for in a way that isn't known here nobody can say
whether it is one: it is counted apart, and is neither a consent nor a breach.
"""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate

# Ways of asking in which a yes is an active one.
ACTIVE = ("active tick", "app dialog", "spoken in store", "double opt-in")
# One row a way of asking that gives no consent.
INVALID = pd.DataFrame(
    [
        ("pre-ticked box", "the box came ticked"),
        ("bundled with terms", "agreed to along with the terms"),
    ],
    columns=["how", "why"],
)
WORTH = ("none", "refused", "withdrawn", "invalid", "unclear", "given")
STEPS = ("asked", "granted", "valid", "provable", "standing")


def worth(consents: pd.DataFrame, at: pd.Series | pd.Timestamp) -> pd.Series:
    """What each answer is worth at a time: one of WORTH; none where nothing was asked, unclear as `unclear` has it.

    Parameters
    ----------
    consents : rows of the table; missing throughout where there was no question
    at : when, one for all or one a row
    """
    found = pd.Series("given", index=consents.index, dtype=object)
    found[unclear(consents["how"])] = "unclear"
    found[consents["how"].isin(INVALID["how"])] = "invalid"
    found[consents["withdrawn_at"] <= at] = "withdrawn"
    found[~consents["granted"].fillna(False).astype(bool)] = "refused"
    found[consents["asked_at"].isna()] = "none"
    return found


def unclear(how: pd.Series) -> pd.Series:
    """Whether each way of asking leaves open what a yes is worth: one that isn't known, or that nobody noted where others are.

    Where none at all is noted this can't be judged, and takes nobody off.
    """
    return ~how.isin([*ACTIVE, *INVALID["how"]]) & bool(how.notna().any())


def with_withdrawals(consents: pd.DataFrame) -> pd.DataFrame:
    """The table with the first withdrawal at or after each answer, of any answer of that customer to that purpose.

    One that is noted as before its own answer counts from that answer on.
    """
    keys = ["customer_id", "purpose"]
    asked = consents[[*keys, "asked_at"]].assign(row=range(len(consents))).dropna()
    back = consents.dropna(subset=[*keys, "withdrawn_at"])
    back = back[keys].assign(withdrawn_at=back[["asked_at", "withdrawn_at"]].max(axis=1))
    found = pd.merge_asof(
        asked.sort_values("asked_at"),
        back.astype(asked.dtypes[keys].to_dict() | {"withdrawn_at": asked["asked_at"].dtype}).sort_values(
            "withdrawn_at"
        ),
        left_on="asked_at",
        right_on="withdrawn_at",
        by=keys,
        direction="forward",
    )
    when = found.set_index("row")["withdrawn_at"].reindex(range(len(consents)))
    return consents.assign(withdrawn_at=when.array)


def standing(consents: pd.DataFrame, acts: pd.DataFrame) -> pd.DataFrame:
    """The last answer before each act, and what it was worth at that moment.

    Parameters
    ----------
    consents : the table
    acts : customer_id, purpose, processed_at; any index

    Returns
    -------
    pandas.DataFrame
        worth (one of WORTH), asked_at, how, withdrawn_at; the index of ``acts``.
    """
    keys, shown = ["customer_id", "purpose"], ["asked_at", "how", "granted", "withdrawn_at"]
    told = acts[[*keys, "processed_at"]].dropna().rename_axis("act").reset_index()
    answers = with_withdrawals(consents)[keys + shown].sort_values("asked_at", kind="stable")
    found = pd.merge_asof(
        told.sort_values("processed_at", kind="stable"),
        answers.astype({key: told[key].dtype for key in keys} | {"asked_at": told["processed_at"].dtype}),
        left_on="processed_at",
        right_on="asked_at",
        by=keys,
    ).set_index("act")
    found["worth"] = worth(found, found["processed_at"])
    columns = ["worth", "asked_at", "how", "withdrawn_at"]
    return found.reindex(acts.index)[columns].fillna({"worth": "none"})


def last_answers(consents: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Each customer's last answer to each purpose by the end of a day; without each yes that is `unclear`.

    Returns
    -------
    pandas.DataFrame
        Rows of the table with granted (a yes, withdrawn or not), active (asked for actively, and on its own), noted (the
        policy they saw is on record; of everybody where the data notes none at all) and withdrawn (by the end of ``as_of``).
    """
    end = as_of + pd.Timedelta(days=1)
    last = with_withdrawals(consents)[consents["asked_at"] < end].sort_values("asked_at", kind="stable")
    last = last.drop_duplicates(["customer_id", "purpose"], keep="last")
    last = last[~(unclear(last["how"]) & last["granted"].astype(bool))]
    return last.assign(
        granted=last["granted"].astype(bool),
        active=~last["how"].isin(INVALID["how"]),
        noted=last["policy_version"].notna() | consents["policy_version"].isna().all(),
        withdrawn=last["withdrawn_at"] < end,
    )


def holding(answers: pd.DataFrame) -> pd.Series:
    """Whether each of the `last_answers` is a consent that holds."""
    return answers["granted"] & answers["active"] & answers["noted"] & ~answers["withdrawn"]


def funnel(consents: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """From asked to a consent that holds today: customers by purpose, each by the last answer so far.

    Returns
    -------
    pandas.DataFrame
        Indexed by purpose, of the `last_answers`; asked, granted (a yes, withdrawn or not), valid (actively and on its own), provable
        (the policy they saw is on record), standing (not withdrawn by the end of ``as_of``). Each step is a part of
        the one before. A step that the data can't judge, as its column is empty, takes nobody off.
    """
    last = last_answers(consents, as_of).set_index("purpose")
    step = pd.DataFrame({"asked": True, "granted": last["granted"]}, index=last.index)
    step["valid"] = step["granted"] & last["active"]
    step["provable"] = step["valid"] & last["noted"]
    step["standing"] = holding(last)
    return step.groupby(level=0).sum().astype(int).sort_values("asked", ascending=False)


@dataclass(frozen=True)
class Unclear:
    """Last answers that are a yes of unknown worth: case some, none, or unnoted where no way of asking is on record at all.

    Attributes
    ----------
    yeses, of : how many, and how many yeses there are
    ways : the ways of asking with their numbers, the most frequent first
    """

    case: str
    yeses: int
    of: int
    ways: list[str]


def unclear_yeses(consents: pd.DataFrame, as_of: pd.Timestamp) -> Unclear:
    """The yeses that the `last_answers` leave out."""
    asked = consents[consents["asked_at"] < as_of + pd.Timedelta(days=1)]
    last = asked.sort_values("asked_at", kind="stable").drop_duplicates(
        ["customer_id", "purpose"], keep="last"
    )
    yes = last.loc[last["granted"].astype(bool), "how"]
    some = yes[unclear(last["how"]).reindex(yes.index)].fillna("not noted").value_counts()
    case = "some" if len(some) else "unnoted" if len(yes) and yes.isna().all() else "none"
    return Unclear(case, int(some.sum()), len(yes), [f"{way} ({n:,})" for way, n in some.items()])


@dataclass(frozen=True)
class Kept:
    """What became of all yeses: case some_never (some were no consent from the start), all_active, or unknown without any.

    Attributes
    ----------
    granted, never, standing : yeses, those that never were a consent, those that hold today
    share : of the yeses that hold
    """

    case: str
    granted: int
    never: int
    standing: int
    share: Estimate


def kept(steps: pd.DataFrame) -> Kept:
    """The steps of a `funnel` over all purposes."""
    yes, valid, standing = (int(steps[step].sum()) for step in ("granted", "valid", "standing"))
    case = "unknown" if not yes else "some_never" if valid < yes else "all_active"
    share = Estimate(standing / yes if yes else float("nan"), unit="share", n=yes)
    return Kept(case, yes, yes - valid, standing, share)


def by_policy(consents: pd.DataFrame, policies: pd.DataFrame) -> pd.DataFrame:
    """The answers that were given under each version of the policy.

    Returns
    -------
    pandas.DataFrame
        Index version; published_on, changed, questions, yes, and active: the share of the yeses that were given actively.
    """
    of = consents.assign(yes=consents["granted"].astype(bool)).groupby("policy_version")
    yes = consents[consents["granted"].astype(bool) & ~unclear(consents["how"])]
    active = (~yes["how"].isin(INVALID["how"])).groupby(yes["policy_version"]).mean()
    counts = of["yes"].agg(questions="size", yes="sum").join(active.rename("active"))
    versions = policies.set_index("version")[["published_on", "changed"]]
    return versions.join(counts, how="inner").sort_values("published_on")

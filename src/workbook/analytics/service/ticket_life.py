"""The life of a ticket, step by step."""

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.ticket_outcomes import SETTLE_DAYS, asked_again, looked_up
from workbook.analytics.service.waiting_times import DAY, HOUR, ended, person_clock
from workbook.formatting.durations import duration


def steps(known: pd.DataFrame, surveys: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Steps of a ticket's life: how many tickets took each, of how many, and the median time in hours from the opening to it.

    Assigned is whatever the help pages did not settle and nobody gave up waiting for; closed is resolved, and quiet for 30
    days. Times of those that took the step; missing where a step has no time of its own, or isn't on record for any
    ticket. The step abandoned is there only where some were; where all gave up in the moment in which they came, how long they
    waited isn't on record.
    """
    over, opened = as_of + DAY, known["opened_at"]
    served = known["self_served"].astype("boolean").fillna(False).astype(bool)
    assigned = ~served & known["state"].ne("abandoned")
    sent = surveys[surveys["sent_at"] < over].groupby("ticket_id")["sent_at"].min()
    followed, owner = looked_up(sent, known["ticket_id"]), known["hand_offs"]
    quiet = known["resolved_at"] + pd.Timedelta(days=SETTLE_DAYS)
    closed = quiet.where((quiet < over) & ~asked_again(known, quiet - opened))
    none = pd.Series(pd.NaT, index=known.index)
    gave_up = known["abandoned_at"] if (known["abandoned_at"] > opened).any() else none
    taken = {
        "received": (opened.notna(), none), "first response": (known["first_response_at"].notna(), known["first_response_at"]),
        "abandoned": (known["abandoned_at"].notna(), gave_up),
        "assigned to a person": (assigned, none), "kept by its first owner": (owner.eq(0) & assigned, none),
        "handed on": (owner.gt(0), none), "answered by a person": (known["answered_at"].notna(), known["answered_at"]),
        "resolved": (known["resolved_at"].notna(), known["resolved_at"]),
        "followed up": (followed.notna(), followed), "closed": (closed.notna(), closed),
    }  # fmt: skip
    kept = {
        "kept by its first owner": "hand_offs",
        "handed on": "hand_offs",
        "answered by a person": "answered_at",
    }
    unknown = {name for name, column in kept.items() if len(known) and known[column].isna().all()}
    unknown |= {"followed up"} if surveys.empty else set()
    nobody_says = len(known) and known[["self_served", "hand_offs", "answered_at"]].isna().all(axis=None)
    unknown |= {"assigned to a person"} if nobody_says else set()
    rows = {
        name: (pd.NA if name in unknown else int(took.fillna(False).sum()), ((at - opened) / HOUR).median())
        for name, (took, at) in taken.items()
        if name != "abandoned" or took.any()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["tickets", "median time"])
    table = table.astype({"tickets": "Int64"})
    return table.assign(share=table["tickets"] / max(len(known), 1))[["tickets", "share", "median time"]]


def stories(known: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The lives of three tickets, event by event: an ordinary one, a slow one, and one that isn't over or was given up.

    Parameters
    ----------
    known : from `as_known`

    Returns
    -------
    pandas.DataFrame
        index ticket (A, B, C) and after (the time since it came in, in words); what happened, when.
    """
    rows = [
        (name, elapsed(ticket["opened_at"], at), what, at)
        for name, (_, ticket) in zip("ABC", typical(known).iterrows(), strict=False)
        for what, at in events(ticket, as_of)
    ]
    table = pd.DataFrame(rows, columns=["ticket", "after", "what happened", "when"])
    return table.set_index(["ticket", "after"])


def elapsed(begin: pd.Timestamp, at: pd.Timestamp) -> str:
    """The time between two moments, in words."""
    return duration(at - begin) if at > begin else "at once"


def typical(known: pd.DataFrame) -> pd.DataFrame:
    """An ordinary ticket that is over, a slow one, if possible of those that a machine responded to, and one that isn't over."""
    over = ended(known, person_clock(known)).query("state == 'resolved'").sort_values("hours", kind="stable")
    machine = over[over["first_response_by"] == "machine"]
    slow = machine if len(machine) else over
    left = known[known["state"] == ("open" if (known["state"] == "open").any() else "abandoned")]
    return pd.concat([at(over, 0.5), at(slow, 0.9), at(left.sort_values("opened_at"), 0.5)]).drop_duplicates(
        "ticket_id"
    )


def at(tickets: pd.DataFrame, share: float) -> pd.DataFrame:
    """The ticket that comes after a share of the others; none where there is none."""
    return tickets.iloc[round(share * (len(tickets) - 1)) :][:1]


def events(ticket: pd.Series, as_of: pd.Timestamp) -> list[tuple[str, pd.Timestamp]]:
    """What happened to a ticket, and when, in order."""
    about = {"by": ticket["channel"], "about": ticket["topic"]}
    asked = "".join(f" {how} {what}" for how, what in about.items() if isinstance(what, str))
    hands = 0 if pd.isna(ticket["hand_offs"]) else int(ticket["hand_offs"])
    machine = ticket["first_response_by"] == "machine"
    same = ticket["first_response_at"] == ticket["answered_at"]
    responded = pd.NaT if same else ticket["first_response_at"]
    what = {
        f"came in{asked}": ticket["opened_at"],
        "a machine responded" if machine else "first response": responded,
        "a person answered": ticket["answered_at"],
        f"resolved, handed on {hands} times" if hands > 1 else "resolved": ticket["resolved_at"],
        "the customer gave up": ticket["abandoned_at"],
        "still open": as_of + DAY if ticket["state"] == "open" else pd.NaT,
    }
    return sorted(((name, at) for name, at in what.items() if pd.notna(at)), key=lambda event: event[1])


def handed_on(taken: pd.DataFrame) -> Estimate:
    """Share of the tickets with a person that were handed on, from `steps`; unknown where that isn't on record."""
    count = taken["tickets"].astype("Float64").fillna(float("nan")).astype(float)
    assigned = count["assigned to a person"]
    return Estimate(count["handed on"] / assigned if assigned else float("nan"), unit="share")

"""What the course knows of service_kpis: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbook.analytics.estimate import Estimate


def share_of(hits: pd.Series, without: str) -> Estimate:
    """The share of True among tickets, if there are any."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    if hits.empty:
        raise CannotAnswer(without)
    return Estimate(float(hits.mean()), unit="share", n=len(hits))


def in_time(within: pd.Series) -> Estimate:
    """Share of tickets that were answered within the limit."""
    return share_of(within, "no ticket is old enough to have kept or missed the limit.")


def longer_than_mean(answered: pd.DataFrame) -> Estimate:
    """Share of answered tickets that waited longer than the mean."""
    if answered["hours"].nunique() < 2:
        raise CannotAnswer("there are not two answered tickets that waited differently.")
    return share_of(answered["hours"] > answered["hours"].mean(), "")


def median_with_open(waited: pd.DataFrame) -> Estimate:
    """Median hours to the end of a week's tickets, the open ones counted."""
    from workbook.analytics.service.waiting_times import quantile

    found = quantile(waited)
    if not found.known:
        raise CannotAnswer("so few tickets of that week were over that no median can be given.")
    return found


def first_contact(flags: pd.DataFrame) -> Estimate:
    """Share of tickets settled at first contact within two days."""
    if flags.empty or flags["one_owner"].isna().all():
        raise CannotAnswer("it doesn't say of any ticket that is 30 days old whether it was handed on.")
    return share_of(flags["within_two_days"] & flags["one_owner"] & ~flags["came_back"], "")


def best_standard(kept: pd.DataFrame) -> str:
    """Letter of the standard that most due cases kept."""
    offered = {
        ("reaction in 24 hours", "a person"): "a",
        ("reaction in 24 hours", "person or machine"): "b",
        ("answered in 15 minutes", "person or machine"): "c",
        ("handled in 24 hours", "a person"): "d",
    }
    there = kept[kept.index.isin(list(offered))]["value"] if len(kept) else kept
    if len(there) < 2:
        raise CannotAnswer("fewer than two of these standards can be computed.")
    return offered[there.idxmax()]


def kept_of_due(cases: pd.DataFrame) -> Estimate:
    """Share of due cases that kept the limit; open overdue ones did not."""
    return share_of(cases.loc[cases["due"], "kept"], "no case fell due in these days.")


def waits_on(asked: pd.DataFrame) -> Estimate:
    """Share of recent tickets that a machine answered first whose customer waited over a day for a person."""
    machine = asked[(asked["first"] == "machine") & asked["age"].between(1, 28)]
    nobody = "no ticket of the last four weeks that is a day old was answered by a machine first, or nobody wrote down who did."
    return share_of(machine["hours"] > 24, nobody)


def rising_clock(weekly: Mapping[str, pd.DataFrame]) -> str:
    """Letter of the clocks on whose chart a week after the baseline signals that more were served in time."""
    first, answer = (bool((table["signal"] & (table["z"] > 0)).any()) for table in weekly.values())
    if all(table["z"].isna().all() for table in weekly.values()):
        raise CannotAnswer("there are too few tickets a week for a chart.")
    return {(True, False): "a", (False, True): "b", (True, True): "c", (False, False): "d"}[first, answer]


LESSON = Lesson(
    needs=("tickets", "tickets.resolved_at"),
    limits={
        "kpi_days": (30, 3650),
        "limit": ("1 s", "90 d"),
        "baseline": (8, 520),
    },
    teaches=(
        "响应时间",
        "解决时长",
        "问题解决率",
        "首次呼叫解决率",
        "首问负责制",
        "客户满意度",
        "CSAT",
        "客户投诉率",
        "人工服务成本",
        "服务渠道成本",
        "自助服务占比",
        "工单系统",
        "客户回访",
        "服务闭环原则",
        "跨渠道服务一致性",
        "实时反馈系统",
    ),
    exercises=(
        Exercise(
            id="service-guess",
            kind="predict",
            question="What share of the tickets was answered within the limit?",
            expected=in_time,
            hint="think of your own last question to a shop.",
            solution="0.3",
        ),
        Exercise(
            id="service-longer-than-mean",
            question="What share of the answered tickets waited longer than the mean?",
            expected=longer_than_mean,
            hint='compare each of answered["hours"] with their mean; the mean of True and False is a share.',
            nearer='(answered["hours"] > …).mean(), with the mean of the hours in place of the dots.',
            solution='(answered["hours"] > answered["hours"].mean()).mean()',
            wrong=(
                Wrong(
                    '(of["hours"] < of["hours"].mean()).mean()',
                    "These waited less than the mean. See how far that is from one half?",
                ),
                Wrong(
                    '(of["hours"] > of["hours"].median()).mean()',
                    "You compared with the median, which half of the tickets exceed by its definition.",
                ),
                Wrong(
                    'of["hours"].mean()',
                    "This is the mean itself, in hours. Asked is the share of tickets above it.",
                ),
                Wrong(
                    'of["hours"].mean() / of["hours"].median()',
                    "This says by what factor the mean is above the median. Asked is a share of tickets.",
                ),
            ),
        ),
        Exercise(
            id="service-repair",
            kind="repair",
            question="Repair the median of the last week: the open tickets must count.",
            expected=median_with_open,
            hint="the last line but one takes the hours that are there and drops the rest. `waits` gives every ticket its time so far.",
            nearer='put `waiting_times.waits(last_week, "resolution", past.today)` into `waiting_times.quantile(…)`, and take its `.value`.',
            solution='answer = waiting_times.quantile(waiting_times.waits(last_week, "resolution", past.today)).value',
            wrong=(
                Wrong(
                    'of.loc[of["event_observed"], "hours"].median()', "The open tickets are still left out."
                ),
                Wrong(
                    'of["hours"].median()',
                    "Nearly: every ticket has its time so far now, but an open one isn't over at that time. Kaplan and Meier's estimate counts it as \"at least\".",
                ),
                Wrong(
                    'of["hours"].mean()',
                    "A mean of times so far is too short, since the open ones are not over, and few long waits pull it.",
                ),
            ),
        ),
        Exercise(
            id="service-first-contact",
            question="What share of these tickets was settled at first contact within two days?",
            expected=first_contact,
            hint="all three at once: within_two_days and one_owner, and not came_back; & joins them, ~ turns one round.",
            nearer='(flags["within_two_days"] & flags["one_owner"] & ~flags["came_back"]) is True for a settled ticket; take its mean.',
            solution='(flags["within_two_days"] & flags["one_owner"] & ~flags["came_back"]).mean()',
            wrong=(
                Wrong(
                    '(of["within_two_days"] & of["one_owner"]).mean()',
                    'This is the desk\'s own "solved". It counts customers who came back, with the same question or a complaint.',
                ),
                Wrong(
                    '(of["one_owner"] & ~of["came_back"]).mean()',
                    "Settled at first contact, but after how long? Asked is within two days.",
                ),
                Wrong(
                    '(of["within_two_days"] & ~of["came_back"]).mean()',
                    "Quick, and in peace. But some of these were handed on, which is no first contact.",
                ),
                Wrong(
                    'of["within_two_days"].mean()',
                    "These were settled within two days, by anybody. First contact asks for more.",
                ),
                Wrong(
                    '(of["within_two_days"] & of["one_owner"] & of["came_back"]).mean()',
                    "Coming back is a bad sign: it must be False.",
                ),
            ),
        ),
        Exercise(
            id="service-standard",
            kind="choose",
            question="By which of these standards does the desk look best?",
            expected=best_standard,
            hint="which limit is longest, and on which clock does a machine count too?",
            nearer="a machine can only help where an answer is timed; compare the limits of those.",
            solution='"b"',
            options={
                "a": "The limit is long, but a person must write. Is there a reading in which less is asked?",
                "b": "Look at the limit and at who may answer: does another one ask for less?",
                "c": "A machine is quick, but it doesn't respond to every ticket, and 15 minutes are short for a person.",
                "d": "Handled means resolved, and that takes longer than an answer.",
            },
        ),
        Exercise(
            id="service-overdue",
            question="What share of the cases that fell due was handled within 24 hours?",
            expected=kept_of_due,
            hint="the denominator is the rows with due; a case that is due and still open was not kept.",
            nearer='take kept of the rows where due is True: cases.loc[cases["due"], "kept"], and its mean.',
            solution='cases.loc[cases["due"], "kept"].mean()',
            wrong=(
                Wrong(
                    'of.loc[of["resolved"], "kept"].mean()',
                    "Over resolved cases only, those that are overdue vanish until somebody resolves them. The longer you wait, the better you look.",
                ),
                Wrong(
                    'of["kept"].mean()',
                    "Nearly: but some of these came in less than 24 hours ago and are still open. They have not failed yet.",
                ),
                Wrong(
                    'of.loc[of["due"] & of["resolved"], "kept"].mean()',
                    "These are due and resolved. A case that is due and still open was not kept, and counts.",
                ),
                Wrong(
                    'of["kept"].sum() / of["due"].sum()',
                    "In the numerator you counted cases that were quick and aren't due yet. Both sides must be of the same cases: those that fell due.",
                ),
                Wrong(
                    '(of["due"] & of["kept"]).mean()',
                    "The numerator is right, but you divided by all cases. The denominator is those that fell due.",
                ),
            ),
        ),
        Exercise(
            id="service-waits-on",
            question="Of the last four weeks' tickets that a machine answered first and that are a day old, what share waited more than 24 hours for a person?",
            expected=waits_on,
            hint='keep the rows where first is "machine" and age lies between 1 and 28 (days), then see for what share hours is above 24.',
            nearer='asked.loc[(asked["first"] == "machine") & asked["age"].between(1, 28), "hours"] are the hours; compare them with 24.',
            solution='(asked.loc[(asked["first"] == "machine") & asked["age"].between(1, 28), "hours"] > 24).mean()',
            wrong=(
                Wrong(
                    '(of.loc[of["first"] == "machine", "hours"] > 24).mean()',
                    "This is over the whole history, and some of these came in less than a day ago. Take an age of 1 to 28 days.",
                ),
                Wrong(
                    '(of["hours"] > 24).mean()',
                    "These are all tickets, of all times. Asked is of those that a machine answered first, with an age of 1 to 28 days.",
                ),
                Wrong(
                    '(of.loc[(of["first"] == "machine") & (of["age"] >= 1), "hours"] > 24).mean()',
                    "This is over the whole history. Of the last four weeks are those whose age is 28 days or less.",
                ),
                Wrong(
                    '(of.loc[(of["first"] == "machine") & (of["age"] <= 28), "hours"] > 24).mean()',
                    "Some of these came in less than a day ago: nobody can have waited 24 hours there yet, and they flatter. Leave them out.",
                ),
                Wrong(
                    '(of.loc[of["age"].between(1, 28), "hours"] > 24).mean()',
                    "These are all tickets of the time. Asked is of those that a machine answered first.",
                ),
            ),
        ),
        Exercise(
            id="service-which-clock",
            kind="choose",
            question="On which clock does the share within the limit rise above its limits?",
            expected=rising_clock,
            hint="what did the pilot change: the receipt of a machine, or the answer of a person?",
            nearer="look again at the picture of the pilot cities: which of the two curves moved?",
            solution='"a"',
            options={
                "a": "There is more than this, or nothing at all: look at both charts.",
                "b": "Look again at who became quick.",
                "c": "One of the two stays within its limits.",
                "d": "At least one of the two leaves its limits.",
            },
        ),
        Exercise(
            id="service-tell",
            kind="write",
            question="Three sentences to your boss: how fast is our service?",
            expected=lambda waits: waits,
            hint="name the clock, the customers and the days; a median and a 90th percentile; and what is still open.",
            nearer='begin with: "Half of the customers who asked us in the last … days had an answer from a person within …"',
            model=(
                "Half of the customers who asked us in the last {days} days had an answer from a person within {half:value}, and one in ten waited longer than {late:value}.",
                "Tickets that are still open are counted with the time they have waited so far.",
                "An automatic reply is not counted as an answer, and we do not know what became of those who gave up.",
            ),
            look_for=(
                "it says who answered, a person or a machine",
                "it says whose tickets and which days",
                "it gives what is usual and what is worst, not one mean",
                "it says what happens with open tickets",
                "it says what is not known",
            ),
        ),
    ),
    quiz=(
        Question(
            "A report gives the median of the tickets that are resolved. When is it most wrong?",
            (
                "for the newest week",
                "for the oldest week",
                "in every week by the same",
                "never, a median is robust",
            ),
            "a",
            "The newest week has most open tickets, and the open ones are the slow ones.",
        ),
        Question(
            "One forgotten ticket of last year is resolved today. What moves?",
            ("the median", "the mean", "both by the same", "neither"),
            "b",
            "One value among many moves a mean if it is large, and a median hardly ever.",
        ),
        Question(
            "A case fell due yesterday and is still open. In the service level it counts as",
            (
                "nothing until it is resolved",
                "kept, since it is being worked on",
                "not kept",
                "kept once it is resolved",
            ),
            "c",
            "Due and open means not kept; otherwise the overdue cases vanish until somebody resolves them.",
        ),
        Question(
            "The first response became 100 times faster, the answer of a person did not change. What happened?",
            (
                "more people answer at the desk",
                "the tickets became easier",
                "customers ask by a quicker channel",
                "a machine confirms receipt",
            ),
            "d",
            "A receipt stops the first clock only.",
        ),
        Question(
            "When are the limits of a control chart worked out?",
            (
                "from a quiet time, before one looks",
                "from all weeks",
                "from the newest weeks",
                "after each signal",
            ),
            "a",
            "Limits from all weeks have swallowed the change that they should show.",
        ),
    ),
)

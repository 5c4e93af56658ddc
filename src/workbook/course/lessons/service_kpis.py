"""What the course knows of service_kpis: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd


def longer_than_mean(answered: pd.DataFrame) -> float:
    """Share of answered tickets that waited longer than the mean."""
    if answered["hours"].nunique() < 2:
        raise CannotAnswer("there are not two answered tickets that waited differently.")
    return float((answered["hours"] > answered["hours"].mean()).mean())


def first_contact(flags: pd.DataFrame) -> float:
    """Share of tickets settled at first contact within two days."""
    if flags.empty or flags["one_owner"].isna().all():
        raise CannotAnswer("it doesn't say of any ticket that is 30 days old whether it was handed on.")
    return float((flags["within_two_days"] & flags["one_owner"] & ~flags["came_back"]).mean())


def kept_of_due(cases: pd.DataFrame) -> float:
    """Share of due cases that kept the limit; open overdue ones did not."""
    if not cases["due"].any():
        raise CannotAnswer("no case fell due in these days.")
    return float(cases.loc[cases["due"], "kept"].mean())


def waits_on(asked: pd.DataFrame) -> float:
    """Share of recent tickets that a machine answered first whose customer waited over a day for a person."""
    machine = asked[(asked["first"] == "machine") & asked["age"].between(1, 28)]
    if machine.empty:
        raise CannotAnswer(
            "no ticket of the last four weeks that is a day old was answered by a machine first, or nobody wrote down who did."
        )
    return float((machine["hours"] > 24).mean())


LESSON = Lesson(
    needs=("tickets", "tickets.first_response_at", "tickets.resolved_at"),
    limits={
        "kpi_days": (30, 3650),
        "limit": ("1 s", "90 d"),
        "baseline": (8, 520),
    },
    teaches=("响应时间", "解决时长", "问题解决率", "首次呼叫解决率", "首问负责制", "客户满意度", "CSAT", "客户投诉率", "人工服务成本", "服务渠道成本", "自助服务占比", "工单系统", "客户回访", "服务闭环原则", "跨渠道服务一致性"),
    exercises=(
        Exercise(
            id="service-longer-than-mean",
            question="What share of the answered tickets waited longer than the mean?",
            expected=longer_than_mean,
            hint="compare each of answered[\"hours\"] with their mean; the mean of True and False is a share.",
            solution='(answered["hours"] > answered["hours"].mean()).mean()',
            wrong=(
                Wrong('(of["hours"] < of["hours"].mean()).mean()', "These waited less than the mean. See how far that is from one half?"),
                Wrong('(of["hours"] > of["hours"].median()).mean()', "You compared with the median, which half of the customers pass by its definition."),
                Wrong('(of["hours"] > of["hours"].mean()).sum()', "This is their number. A share is asked for."),
                Wrong('of["hours"].mean()', "This is the mean itself, in hours. Asked is the share of tickets above it."),
                Wrong('of["hours"].mean() / of["hours"].median()', "This says by what factor the mean is above the median. Asked is a share of tickets."),
            ),
        ),
        Exercise(
            id="service-first-contact",
            question="What share of these tickets was settled at first contact within two days?",
            expected=first_contact,
            hint="all three at once: within_two_days and one_owner, and not came_back; & joins them, ~ turns one round.",
            solution='(flags["within_two_days"] & flags["one_owner"] & ~flags["came_back"]).mean()',
            wrong=(
                Wrong('(of["within_two_days"] & of["one_owner"]).mean()', "This is the desk's own \"solved\". It counts customers who came back, with the same question or a complaint."),
                Wrong('(of["one_owner"] & ~of["came_back"]).mean()', "Settled at first contact, but after how long? Asked is within two days."),
                Wrong('(of["within_two_days"] & ~of["came_back"]).mean()', "Quick, and in peace. But some of these were handed on, which is no first contact."),
                Wrong('of["within_two_days"].mean()', "These were settled within two days, by whomever. First contact asks for more."),
                Wrong('1 - (of["within_two_days"] & of["one_owner"] & ~of["came_back"]).mean()', "This is the share that was not."),
                Wrong('(of["within_two_days"] & of["one_owner"] & ~of["came_back"]).sum()', "This is their number. A share is asked for."),
                Wrong('(of["within_two_days"] & of["one_owner"] & of["came_back"]).mean()', "Coming back is a bad sign: it must be False."),
            ),
        ),
        Exercise(
            id="service-overdue",
            question="What share of the cases that fell due was handled within 24 hours?",
            expected=kept_of_due,
            hint="the rows with due are below the line; a case that is due and still open was not kept.",
            solution='cases.loc[cases["due"], "kept"].mean()',
            wrong=(
                Wrong('of.loc[of["closed"], "kept"].mean()', "Over closed cases only, those that are overdue vanish until somebody closes them. The longer you wait, the better you look."),
                Wrong('of["kept"].mean()', "Nearly: but some of these came in less than 24 hours ago and are still open. They have not failed yet."),
                Wrong('of.loc[of["due"] & of["closed"], "kept"].mean()', "These are due and closed. A case that is due and still open was not kept, and counts."),
                Wrong('of["kept"].sum() / of["due"].sum()', "Above the line you counted cases that were quick and aren't due yet. Both sides must be of the same cases: those that fell due."),
                Wrong('(of["due"] & of["kept"]).mean()', "Right above the line, but you divided by all cases. Below the line are those that fell due."),
                Wrong('1 - of.loc[of["due"], "kept"].mean()', "This is the share that missed the limit."),
                Wrong('of.loc[of["due"], "kept"].sum()', "This is their number. A share is asked for."),
            ),
        ),
        Exercise(
            id="service-waits-on",
            question="Of the last four weeks' tickets that a machine answered first and that are a day old, what share waited more than 24 hours for a person?",
            expected=waits_on,
            hint='keep the rows where first is "machine" and age lies between 1 and 28 (days), then see for what share hours is above 24.',
            solution='(asked.loc[(asked["first"] == "machine") & asked["age"].between(1, 28), "hours"] > 24).mean()',
            wrong=(
                Wrong('(of.loc[(of["first"] == "machine") & (of["age"] >= 1), "hours"] > 24).mean()', "This is over the whole history. Of the last four weeks are those whose age is 28 days or less."),
                Wrong('(of.loc[(of["first"] == "machine") & (of["age"] <= 28), "hours"] > 24).mean()', "Some of these came in less than a day ago: nobody can have waited 24 hours there yet, and they flatter. Leave them out."),
                Wrong('(of.loc[of["age"].between(1, 28), "hours"] > 24).mean()', "These are all tickets of the time. Asked is of those that a machine answered first."),
                Wrong('((of["first"] == "machine") & of["age"].between(1, 28) & (of["hours"] > 24)).mean()', "You divided by all tickets. Below the line are only those that a machine answered first, in these weeks."),
                Wrong('(of.loc[(of["first"] == "machine") & of["age"].between(1, 28), "hours"] <= 24).mean()', "These had an answer within the day."),
                Wrong('(of.loc[(of["first"] == "machine") & of["age"].between(1, 28), "hours"] > 24).sum()', "This is their number. A share is asked for."),
                Wrong('of.loc[(of["first"] == "machine") & of["age"].between(1, 28), "hours"].median()', "This is the median wait in hours. Asked is the share above 24."),
                Wrong('(of["first"] == "machine").mean()', "This is the share that a machine answered first. Asked is how many of them went on waiting."),
            ),
        ),
    ),
)  # fmt: skip

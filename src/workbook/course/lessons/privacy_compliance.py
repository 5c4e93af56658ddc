"""What the course knows of privacy_compliance: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd


def consent_holds(funnel: pd.DataFrame) -> float:
    """Share of all yeses that hold today, over all purposes."""
    yes, holds = funnel["granted"].sum(), funnel["standing"].sum()
    if yes == 0:
        raise CannotAnswer("nobody said yes to anything.")
    if holds == yes:
        raise CannotAnswer("it doesn't say how consents were asked for, or whether they were withdrawn.")
    return float(holds / yes)


def lawful_before_withdrawal(needs: pd.DataFrame) -> int:
    """Marketing acts, of those that need consent, under one that held then and was withdrawn later."""
    later = needs["family"].eq("marketing") & needs["worth"].eq("given") & needs["withdrawn_at"].notna()
    if not later.any():
        raise CannotAnswer("no marketing on record rests on a consent that was withdrawn later.")
    return int(later.sum())


def late_share(timed: pd.DataFrame) -> float:
    """Share of requests that were late, of those whose time is up."""
    up = timed.loc[timed["time_is_up"], "state"]
    if up.empty:
        raise CannotAnswer("no request is on record whose time is up.")
    return float((up != "in time").mean())


def crossing(caps: pd.DataFrame) -> float:
    """Turnover at which the share of the GDPR's cap overtakes its fixed amount."""
    return float(caps.loc["GDPR", "fixed"] / caps.loc["GDPR", "share"])


LESSON = Lesson(
    needs=("processing_log", "consents"),
    limits={
        "retention_days": (1, 36_500),
        "cny_per_eur": (0.001, 1e6),
        "cny_per_usd": (0.001, 1e6),
    },
    teaches=("个人信息保护法", "GDPR", "主动选择而非默认勾选", "最小必要原则", "要求删除个人数据", "数据访问审计", "数据跨境传输", "数据生命周期管理", "定期法规符合性检查"),
    exercises=(
        Exercise(
            id="privacy-consent-holds",
            question="Of all the yeses that the shop has on record, over all purposes, what share holds today?",
            expected=consent_holds,
            hint="a yes is counted in the column granted, and what holds today in standing; sum each over the purposes first.",
            solution='funnel["standing"].sum() / funnel["granted"].sum()',
            wrong=(
                Wrong('of["standing"].sum() / of["asked"].sum()', "You divided by all who were asked. A no is no yes that failed; divide by those who said yes."),
                Wrong('of["valid"].sum() / of["granted"].sum()', "These were valid when they were given. Some can't be proved, and some have been withdrawn since."),
                Wrong('of["provable"].sum() / of["granted"].sum()', "These could be proved when they were given. Some have been withdrawn since."),
                Wrong('of["standing"].sum() / of["valid"].sum()', "You left the yeses out that never were a consent. Asked is the share of all yeses, invalid ones too: of the column granted."),
                Wrong('1 - of["standing"].sum() / of["granted"].sum()', "This is the share that doesn't hold."),
                Wrong('of["standing"].sum()', "This is their number. A share is asked for."),
            ),
        ),
        Exercise(
            id="privacy-at-the-moment",
            question="How many marketing acts rested on a consent that held at that moment and was withdrawn only later?",
            expected=lawful_before_withdrawal,
            hint='three conditions on needs: family is "marketing", worth (at that moment) is "given", and withdrawn_at is not empty.',
            solution='(needs["family"].eq("marketing") & needs["worth"].eq("given") & needs["withdrawn_at"].notna()).sum()',
            wrong=(
                Wrong('(of["family"].eq("marketing") & of["worth"].eq("withdrawn")).sum()',
                      "These came after the withdrawal: they are the breaches. Asked are those that came before it."),
                Wrong('(of["family"].eq("marketing") & of["withdrawn_at"].notna()).sum()',
                      "These are all acts whose consent was withdrawn at some time, before the act or after it. Only those before the withdrawal are asked for."),
                Wrong('(of["worth"].eq("given") & of["withdrawn_at"].notna()).sum()',
                      "This counts every purpose. Only marketing is asked for."),
                Wrong('(of["family"].eq("marketing") & of["worth"].ne("withdrawn") & of["withdrawn_at"].notna()).sum()',
                      "Nearly. But some of these came from a box that was ticked beforehand: taken back later, it never was a consent. worth must be \"given\"."),
                Wrong('(of["family"].eq("marketing") & of["worth"].eq("given")).sum()',
                      "This counts all marketing under a consent that held, also where it holds to this day."),
            ),
        ),
        Exercise(
            id="privacy-late",
            question="Of the requests whose time is up, what share was late: answered too late, or not answered yet?",
            expected=late_share,
            hint='keep the rows where time_is_up is true; late is every state but "in time".',
            solution='(timed.loc[timed["time_is_up"], "state"] != "in time").mean()',
            wrong=(
                Wrong('(of["state"] == "late").sum() / of["state"].isin(["in time", "late"]).sum()',
                      "You looked at answered requests only. Those overdue and still open are the worst, and they fall out; recent quick answers come in too early."),
                Wrong('of["state"].isin(["late", "open and overdue"]).sum() / (of["state"] != "open").sum()', "The late ones are right. But below the line are quick answers to requests whose time isn't up yet: they come in too early, and flatter."),
                Wrong('(of.loc[of["time_is_up"], "state"] == "late").mean()', "Those that are overdue and still open are late too, and you left them out above the line."),
                Wrong('(of["state"] != "in time").mean()', "You counted every open request as late. Some of them have time left: nothing is known of these yet."),
                Wrong('of["state"].isin(["late", "open and overdue"]).mean()', "The late ones are right, but you divided by all requests. Those whose time isn't up can't be late yet; leave them out below the line too."),
                Wrong('(of.loc[of["time_is_up"], "state"] != "in time").sum()', "This is their number. A share is asked for."),
                Wrong('(of.loc[of["time_is_up"], "state"] == "in time").mean()', "This is the share that was in time."),
            ),
        ),
        Exercise(
            id="privacy-crossing",
            question="From what yearly turnover on, in EUR, is the GDPR's cap its share of turnover rather than the fixed amount?",
            expected=crossing,
            hint="the two are equal where share × turnover = fixed.",
            solution='caps.loc["GDPR", "fixed"] / caps.loc["GDPR", "share"]',
            wrong=(
                Wrong('of.loc["GDPR", "fixed"] * of.loc["GDPR", "share"]', "You multiplied. Ask the other way round: of which turnover are 20 million 4 %?"),
                Wrong('of.loc["GDPR", "fixed"] / of.loc["GDPR", "share"] * of.loc["GDPR", "in_shop"] / of.loc["GDPR", "cap"]', "This is the right turnover in the shop's own currency. Asked is EUR, in which the GDPR counts."),
                Wrong('of.loc["GDPR", "fixed"] / of.loc["GDPR", "share"] / 1e6', "This is in millions. Give it in EUR."),
                Wrong('of.loc["PIPL", "fixed"] / of.loc["PIPL", "share"]', "This is the PIPL's, in CNY."),
                Wrong('of.loc["GDPR", "fixed"]', "This is the fixed amount itself. Asked is the turnover of which it is the share."),
                Wrong('of.loc["GDPR", "fixed"] / of.loc["PIPL", "share"]', "You mixed two laws: the GDPR's share is 4 %."),
            ),
        ),
    ),
)  # fmt: skip

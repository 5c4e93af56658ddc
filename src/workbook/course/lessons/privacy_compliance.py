"""What the course knows of privacy_compliance: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate


def share(hits: pd.Series) -> Estimate:
    """The share of True, with the number of cases."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    return Estimate(float(hits.mean()), unit="share", n=len(hits))


def allowed(acts: pd.DataFrame) -> str:
    """A letter for each act: y if no rule is broken, else n."""
    if acts.empty:
        raise CannotAnswer("the log names no customer.")
    return letters(acts["allowed"])


def letters(judged: pd.Series) -> str:
    """Letters y for True and n for False, one after the other."""
    return "".join(judged.map({True: "y", False: "n"}))


def consent_holds(answers: pd.DataFrame) -> Estimate:
    """Share of all yeses that hold today, over all purposes."""
    yes = answers[answers["granted"]]
    if yes.empty:
        raise CannotAnswer("nobody said yes to anything.")
    holds = yes["active"] & yes["noted"] & ~yes["withdrawn"]
    if holds.all():
        raise CannotAnswer("it does not say how consents were asked for, or whether they were withdrawn.")
    return share(holds)


def not_covered(ways: pd.DataFrame) -> int:
    """Acts that no consent covered when they happened."""
    if ways.empty:
        raise CannotAnswer("the log has no marketing act whose purpose needs consent.")
    return int((~ways["at_the_moment"]).sum())


def sharing_laws(rules: pd.DataFrame) -> str:
    """Letter of the laws under which sharing without a consent is a breach, whatever else is on record."""
    law = rules.set_index("rule").loc["shared", "law"]
    return {"PIPL, GDPR, ePrivacy, CCPA": "a", "PIPL, GDPR": "b", "PIPL": "c"}.get(law, "d")


def late_share(timed: pd.DataFrame) -> Estimate:
    """Share of requests that were late, of those whose time is up."""
    up = timed[timed["time_is_up"]]
    if up.empty:
        raise CannotAnswer("no request is on record whose time is up.")
    return share(up["state"] != "in time")


def crossing(caps: pd.DataFrame) -> float:
    """Turnover at which the share of the GDPR's cap overtakes its fixed amount."""
    return float(caps.loc["GDPR", "fixed"] / caps.loc["GDPR", "share"])


AS_LETTERS = '"".join(of["{column}"].map({{True: "y", False: "n"}}))'.format

LESSON = Lesson(
    needs=(),
    limits={
        "people_abroad": (0, 10_000_000_000),
        "retention_days": (1, 36_500),
        "message_value": (0, 1e6),
        "cny_per_eur": (0.001, 1e6),
        "cny_per_usd": (0.001, 1e6),
    },
    teaches=(
        "个人信息保护法",
        "GDPR",
        "GDPR2.0",
        "被罚款200万欧元",
        "主动选择而非默认勾选",
        "明示征得客户同意",
        "更新隐私政策",
        "最小必要原则",
        "数据跨境传输",
        "要求删除个人数据",
        "数据生命周期管理",
        "归档",
        "销毁",
        "数据备份与灾难恢复",
        "数据访问审计",
        "数据使用日志留存机制",
        "内部人员违规操作",
        "定期法规符合性检查",
    ),
    exercises=(
        Exercise(
            id="privacy-case",
            question="Which of these acts was the shop allowed to do?",
            expected=allowed,
            hint="for each letter: what does it rest on? A contract or a legal duty needs no yes. A consent must be for the same purpose, before the act, and not yet taken back.",
            nearer="go through the letters once more and look only at the lines above each: was this very purpose agreed to, and was an erasure or an objection already granted?",
            solution='"".join(story.acts["allowed"].map({True: "y", False: "n"}))',
            wrong=(
                Wrong(
                    AS_LETTERS(column="newest"),
                    "You judged by how the consents stand at the end. An act before a withdrawal rested on a consent that held then.",
                ),
                Wrong(
                    AS_LETTERS(column="any_yes"),
                    "You let every act pass whose purpose was agreed to at some time. A consent ends with its withdrawal, and counts only from its day on.",
                ),
                Wrong(
                    AS_LETTERS(column="consent_only"),
                    "You asked for a consent everywhere. What a contract or a legal duty needs may be done without one.",
                ),
                Wrong(
                    AS_LETTERS(column="not_erased"),
                    "You let too much pass. Look at what came just before each act: did the customer agree to this purpose, and was nothing refused, withdrawn or objected to?",
                ),
                Wrong(
                    '"y" * len(of)',
                    "You let too much pass. Look at what came just before each act: did the customer agree to this purpose, and was nothing refused, withdrawn or objected to?",
                ),
                Wrong(
                    '"n" * len(of)',
                    "Not none of them: some rest on a consent that held on that day, or on another basis.",
                ),
            ),
        ),
        Exercise(
            id="privacy-consent-holds",
            question="Of the yeses, over all purposes, what share holds today?",
            expected=consent_holds,
            hint="first keep the rows where granted is True; a yes that holds is active and noted and not withdrawn.",
            nearer='with yes = answers[answers["granted"]] it is the mean of yes["active"] & yes["noted"] & ~yes["withdrawn"].',
            solution='(answers[answers["granted"]].eval("active & noted & ~withdrawn")).mean()',
            wrong=(
                Wrong(
                    '(of["granted"] & of["active"] & of["noted"] & ~of["withdrawn"]).mean()',
                    "You divided by all who were asked. A no is not a yes that failed: divide by those who said yes.",
                ),
                Wrong(
                    'of.loc[of["granted"], "active"].mean()',
                    "These were given actively. Some of them cannot be proved, and some have been withdrawn since.",
                ),
                Wrong(
                    '(of.loc[of["granted"], "active"] & of.loc[of["granted"], "noted"]).mean()',
                    "These could be proved when they were given. Some have been withdrawn since.",
                ),
                Wrong(
                    '(~of.loc[of["granted"], "withdrawn"]).mean()',
                    "These were not withdrawn. But a box that came ticked was no consent in the first place.",
                ),
                Wrong(
                    '(of["granted"] & of["active"] & of["noted"] & ~of["withdrawn"]).sum() / (of["granted"] & of["active"]).sum()',
                    "You left out the yeses that never were a consent. Asked is the share of all yeses.",
                ),
            ),
        ),
        Exercise(
            id="privacy-repair",
            kind="repair",
            question="Repair the join: how many marketing acts were not covered by a consent when they happened?",
            expected=not_covered,
            hint="`newest` is the last answer of all, also where it came after the act. `consent.standing(shop.consents, marketing)` looks at each act's own moment.",
            nearer='the answer is the number of rows of consent.standing(…) whose column worth is not "given".',
            solution='covered = consent.standing(shop.consents, marketing)["worth"].eq("given")\nanswer = (~covered).sum()',
            wrong=(
                Wrong(
                    '(~of["newest_row"]).sum()',
                    "Each act is still judged by the newest answer, which may be younger than the act.",
                ),
                Wrong(
                    '(~of["newest_consent"]).sum()',
                    "Ticked boxes no longer count, and rightly so. But each act is still judged by the newest answer, which may be younger than the act.",
                ),
                Wrong(
                    '(~of["boxes_counted"]).sum()',
                    'The moment is right. But you let "invalid" pass: a box that came ticked, and a yes to the terms of sale, cover nothing. An answer alone is no consent.',
                ),
                Wrong(
                    '(~of["any_purpose"]).sum()',
                    "You took a consent to anything as a consent to everything: join by the purpose as well.",
                ),
                Wrong('of["at_the_moment"].sum()', "These were covered. Asked are those that were not."),
            ),
        ),
        Exercise(
            id="privacy-laws",
            kind="choose",
            question="Shared with a partner after a no: under which laws does this row alone show a breach?",
            expected=sharing_laws,
            hint="one of the laws wants a consent of its own for sharing; another wants some basis, which need not be a consent; a third lets people opt out.",
            nearer="the GDPR knows a legitimate interest, and the CCPA waits for an opt-out. Which law is left?",
            solution='"c"',
            options={
                "a": "The laws differ here. Which of them let a shop share on another basis, or until somebody opts out?",
                "b": "By the GDPR a shop may rest sharing on another basis than consent; so this row alone does not show a breach of it.",
                "c": "Look at the column of the rule: more laws than this one want a consent of its own.",
                "d": "One of them does want a consent of its own for sharing.",
            },
        ),
        Exercise(
            id="privacy-late",
            question="Of the requests whose time is up, what share was late: answered too late, or not answered yet?",
            expected=late_share,
            hint='keep the rows where time_is_up is True; late is every state but "in time".',
            nearer='timed.loc[timed["time_is_up"], "state"] are their states; take the mean of those that are not "in time".',
            solution='(timed.loc[timed["time_is_up"], "state"] != "in time").mean()',
            wrong=(
                Wrong(
                    '(of["state"] == "late").sum() / of["state"].isin(["in time", "late"]).sum()',
                    "You looked at answered requests only. Those that are overdue and open are the worst, and they fall out; recent quick answers come in too early.",
                ),
                Wrong(
                    'of["state"].isin(["late", "open and overdue"]).sum() / (of["state"] != "open").sum()',
                    "The late ones are right. But the denominator has quick answers to requests whose time is not up: they come in too early, and make it look better.",
                ),
                Wrong(
                    '(of.loc[of["time_is_up"], "state"] == "late").mean()',
                    "Those that are overdue and still open are late too; they are not in your numerator.",
                ),
                Wrong(
                    '(of["state"] != "in time").mean()',
                    "You counted every open request as late. Some of them have time left: nothing is known of these yet.",
                ),
                Wrong(
                    'of["state"].isin(["late", "open and overdue"]).mean()',
                    "The late ones are right, but you divided by all requests. Those whose time is not up cannot be late yet.",
                ),
            ),
        ),
        Exercise(
            id="privacy-crossing",
            question="From what yearly turnover on, in EUR, is the GDPR's cap its share of turnover and no longer the fixed amount?",
            expected=crossing,
            hint="the two are equal where share × turnover = fixed.",
            nearer='divide the fixed amount of the GDPR by its share; limits.loc["GDPR", "fixed"] is the first of them.',
            solution='limits.loc["GDPR", "fixed"] / limits.loc["GDPR", "share"]',
            wrong=(
                Wrong(
                    'of.loc["GDPR", "fixed"] * of.loc["GDPR", "share"]',
                    "You multiplied. Ask the other way round: of which turnover are 20 million 4 %?",
                ),
                Wrong(
                    'of.loc["GDPR", "fixed"] / of.loc["GDPR", "share"] / 1e6',
                    "This is in millions. Give it in EUR.",
                ),
                Wrong(
                    'of.loc["PIPL", "fixed"] / of.loc["PIPL", "share"]', "This is that of the PIPL, in CNY."
                ),
                Wrong(
                    'of.loc["GDPR", "fixed"]',
                    "This is the fixed amount itself. Asked is the turnover of which it is the share.",
                ),
                Wrong(
                    'of.loc["GDPR", "fixed"] / of.loc["PIPL", "share"]',
                    "You mixed two laws: the share of the GDPR is 4 %.",
                ),
            ),
        ),
        Exercise(
            id="privacy-answer",
            kind="write",
            question="Answer a customer whose erasure was done, in three sentences.",
            expected=lambda of: {},
            hint="the table of treatments says what is deleted, and what must stay and why.",
            nearer='begin with: "We have deleted your profile, your points and our messages to you. Of your orders …"',
            model=(
                "We have deleted your profile, your points, your requests for help and our messages to you.",
                "Your orders and returns stay for ten years because tax law demands it; they are kept without your name, and nobody uses them for anything else.",
                "If you also used another phone or e-mail address with us, please tell us, as we may not know that it is yours; copies in our backups are overwritten in time.",
            ),
            look_for=(
                "it says what is gone",
                "it says what was kept, by which duty, and for how long",
                "it does not promise that all is gone",
                "it says what the customer can do to help",
                "it has no article numbers that a customer could not read",
            ),
        ),
    ),
    quiz=(
        Question(
            "A newsletter was sent in May on a valid consent. The customer withdrew it in June. The newsletter of May was",
            (
                "unlawful from June on",
                "lawful",
                "lawful only if she did not open it",
                "unlawful from the beginning",
            ),
            "b",
            "A withdrawal does not reach back: PIPL 15, GDPR 7(3).",
        ),
        Question(
            "A box for e-mails came ticked in the form, and the customer left it so. She has",
            (
                "consented",
                "consented until she objects",
                "consented to e-mails but not to SMS",
                "not consented",
            ),
            "d",
            "A consent is an active yes. A box that came ticked is none.",
        ),
        Question(
            "A request came last week and is open. In the share of late requests it counts as",
            ("neither, its time is not up", "in time", "late", "half"),
            "a",
            "Nothing is known of it yet. It comes in when its last day is over.",
        ),
        Question(
            "A brand was fined 2,000,000 EUR. This tells us",
            (
                "what a fine usually is",
                "how often shops are fined",
                "that such a fine can happen",
                "what our shop should expect in a year",
            ),
            "c",
            "One case that was chosen for its size says neither how often nor how much.",
        ),
        Question(
            "After an erasure a search for the person finds nothing. This proves that",
            (
                "nothing of the person is left anywhere",
                "nothing is left of what was known to be theirs",
                "the backups are clean",
                "the orders were deleted",
            ),
            "b",
            "A record that nobody knew to be theirs was not looked for, and backups are outside the tables.",
        ),
    ),
)

"""What the course knows of roadmap_roi: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate
    from workbook.analytics.project.ahp import Weights
    from workbook.analytics.project.budgets import Budget


def over_plan(made: pd.DataFrame) -> Estimate:
    """By what share finished deliverables cost more than planned."""
    from workbook.analytics.estimate import Estimate
    from workbook.analytics.project.progress import overrun

    ratio = overrun(made)
    if not ratio.known:
        raise CannotAnswer("no deliverable has been finished for so long that its invoices are in.")
    return Estimate(ratio.value - 1, unit="change", n=ratio.n)


def finished_over_plan(then: pd.DataFrame) -> Estimate:
    """Booked over planned of the finished deliverables."""
    from workbook.analytics.project.progress import overrun

    ratio = overrun(then)
    if not ratio.known:
        raise CannotAnswer("half a year ago no deliverable had been finished for a month.")
    return ratio


def widest_band(widths: pd.Series) -> str:
    """Letter of what gives the widest band when it is resampled."""
    if widths.isna().any():
        raise CannotAnswer("the log has too few weeks or teams for a curve.")
    return {"weeks": "a", "teams": "b", "rows": "c"}[str(widths.idxmax())]


def first_year_gain(by_year: pd.DataFrame) -> Estimate:
    """By what share the margin of the first year rises."""
    from workbook.analytics.project.kept_customers import first_year_share

    found = first_year_share(by_year)
    if not found.known:
        raise CannotAnswer("too few customers buy again for a model of their purchases.")
    return found


def careful(budget: Budget) -> Estimate:
    """What is left after all years by the careful count, not discounted."""
    return money(budget.left)


def discounted(budget: Budget) -> Estimate:
    """Net present value of the careful count."""
    return money(budget.npv)


def money(value: float) -> Estimate:
    """An amount that the data can give."""
    from workbook.analytics.estimate import Estimate

    if value != value:
        raise CannotAnswer("too few customers buy again for a model of their purchases.")
    return Estimate(value, unit="money")


def wider(table: pd.DataFrame) -> str:
    """Letter of what becomes of the range if the inputs go together."""
    if table.isna().any(axis=None):
        raise CannotAnswer("too few customers buy again for a model of their purchases.")
    width = table["95th percentile"] - table["5th percentile"]
    alone, together = width.iloc[0], width.iloc[1]
    return "a" if together > 1.05 * alone else "b" if together < 0.95 * alone else "c"


def board_facts(of: dict[str, Any]) -> dict[str, Any]:
    """What a model answer to the board names: years, range, share of draws that lose, and the input that decides."""
    view = of["view"]
    return {"years": of["years"], "middle": view.middle, "loses": view.loses, "what": of["what"]}


def consistency(found: Weights) -> float:
    """Consistency ratio of the committee."""
    if found.ratio != found.ratio:
        raise CannotAnswer("there is no random index for so many criteria.")
    return found.ratio


def won_of_offers(table: pd.DataFrame) -> Estimate:
    """Share of offers that end in a won lead."""
    from workbook.analytics.estimate import Estimate

    if "offer" not in table.index or not table.loc["offer", "leads"]:
        raise CannotAnswer("no lead has reached an offer.")
    offers = int(table.loc["offer", "leads"])
    return Estimate(float(table.loc["won", "leads"] / offers), unit="share", n=offers)


LESSON = Lesson(
    needs=("orders", "orders.amount"),
    limits={
        "set_up": (0, 1e12),
        "running": (0, 1e12),
        "overrun": (0.1, 10),
        "adoption": (0.01, 1),
        "discount": (0, 1),
        "years": (1, 10),
        "believe": (0.01, 0.99),
        "margin": (0, 1),
    },
    teaches=(
        "中小企业资源限制",
        "48小时缩短至15分钟",
        "17个百分点",
        "数据基础建设",
        "上线CRM系统",
        "实施路径与ROI预估",
        "CRM平台选型",
        "销售漏斗跟踪",
        "低代码",
        "数据安全与合规性",
        "线索分配",
        "商机阶段推进",
        "合同审批",
        "CRM部署率",
        "数据孤岛",
        "金蝶云",
        "核心组成部分",
        "客户信息管理",
        "生命周期管理模块",
        "营销自动化",
        "客户支持与服务管理",
        "集成与扩展性",
        "高并发",
        "技术挑战",
        "组织与文化挑战",
        "成本与ROI挑战",
    ),
    exercises=(
        Exercise(
            id="roadmap-guess",
            kind="predict",
            question="By what share did the finished deliverables cost more than planned?",
            expected=over_plan,
            hint="think of the last building, move or software that you paid for.",
            solution="0.1",
        ),
        Exercise(
            id="roadmap-booked",
            kind="repair",
            question="Repair the cost against the plan of the report of half a year ago.",
            expected=finished_over_plan,
            hint="the plan of what nobody has begun is in the denominator, and its cost is not in the numerator yet. Both must be of the same rows of then.",
            nearer='keep the rows with done = then[then["settled"]], and divide the sum of booked by the sum of planned of these.',
            solution='done = then[then["settled"]]\nanswer = done["booked"].sum() / done["planned"].sum()',
            wrong=(
                Wrong(
                    'of["booked"].sum() / of["planned"].sum()',
                    "Unfinished work still counts as a saving: it is planned, and not booked yet.",
                ),
                Wrong(
                    'of.loc[of["finished"], "booked"].sum() / of["planned"].sum()',
                    "The numerator is of finished deliverables, the denominator of all. Both must be of the same ones.",
                ),
                Wrong(
                    'of["booked"].sum() / of.loc[of["settled"], "planned"].sum()',
                    "The denominator is of finished deliverables, the numerator of all. Both must be of the same ones.",
                ),
                Wrong(
                    'of.loc[of["finished"], "booked"].sum() / of.loc[of["finished"], "planned"].sum()',
                    "Nearly: what was delivered in the last days has invoices to come. Take those that are settled.",
                ),
                Wrong(
                    'of.loc[of["settled"], "booked"].sum()',
                    "This is money. Asked is money over money: divide it by what was planned for the same deliverables.",
                ),
                Wrong(
                    'of.loc[of["settled"], "planned"].sum() / of.loc[of["settled"], "booked"].sum()',
                    "The plan over the cost is the wrong way round.",
                ),
                Wrong(
                    '(of.loc[of["settled"], "booked"] / of.loc[of["settled"], "planned"]).mean()',
                    "This is the mean of the ratios, in which a small deliverable counts as much as a large one. Asked is money over money.",
                ),
            ),
        ),
        Exercise(
            id="roadmap-band",
            kind="choose",
            question="Which resampling gives the widest band for the ceiling?",
            expected=widest_band,
            hint="if a team is late this week, is it on time next week?",
            nearer="the same people are in all weeks of a team; different people are in different teams.",
            solution='"b"',
            options={
                "a": "The weeks of a team are alike, since the same people are counted: drawing other weeks changes little.",
                "b": "Not here: look at what differs more, one team from another or one week from the next.",
                "c": "Single rows are even more alike than that: what one row has too much another one makes up for.",
            },
        ),
        Exercise(
            id="roadmap-first-year",
            kind="predict",
            question="By what share does the margin of the first year rise if leaving after a purchase becomes an eighth rarer?",
            expected=first_year_gain,
            hint="who is kept pays with later purchases. How many of those are in the first year?",
            solution="0.1",
        ),
        Exercise(
            id="roadmap-offer",
            kind="repair",
            question="Repair the offer's calculation: what is left after all years, not discounted?",
            expected=careful,
            hint="five things: margin instead of sales, one claim instead of three, customers who stay pay later, not everybody uses it, and the set-up costs more than planned.",
            nearer='the margin of all years is adoption * by_year["added"].sum(); take off running * years and set_up * overrun.',
            solution=(
                'gain = adoption * by_year["added"].sum()\nanswer = gain - running * years - set_up * overrun'
            ),
            wrong=(
                Wrong(
                    "of.offer",
                    "This is the offer as it stands: sales, three claims at once, from the first day.",
                ),
                Wrong(
                    "of.years * (of.sales * of.margin * of.offered - of.running) - of.set_up",
                    "On margin now. But three claims about different programmes are still added up, from the first day on.",
                ),
                Wrong(
                    "of.years * (of.sales * of.margin * of.churn - of.running) - of.set_up",
                    "One claim, on margin. But a customer who stays pays with later purchases: by_year has what is added in each year.",
                ),
                Wrong(
                    "sum(of.added) - of.running * of.years - of.set_up * of.overrun",
                    "Nearly: but only a part of the staff, adoption, uses the system.",
                ),
                Wrong(
                    "of.adoption * sum(of.added) - of.running * of.years - of.set_up",
                    "Nearly: but the set-up costs more than planned, by the factor overrun.",
                ),
                Wrong(
                    "of.adoption * sum(of.added) - of.running - of.set_up * of.overrun",
                    "The system runs in every year, so its running cost is paid in every year.",
                ),
                Wrong(
                    "of.npv",
                    "This is discounted already, which the next section does. Asked is the plain sum.",
                ),
                Wrong(
                    "sum(of.adoption * x / (1 + of.discount) ** t for t, x in enumerate(of.added, 1)) - of.running * of.years - of.set_up * of.overrun",
                    "The gain is discounted here, and the cost is not. Asked is the plain sum of both.",
                ),
                Wrong(
                    "of.adoption * sum(of.added) - (of.running * of.years + of.set_up) * of.overrun",
                    "Nearly: overrun belongs to the set-up alone; the running cost is as planned.",
                ),
                Wrong(
                    "of.adoption * of.margin * sum(of.added) - of.running * of.years - of.set_up * of.overrun",
                    "The margin is taken twice: what by_year has is margin already.",
                ),
                Wrong(
                    "of.years * of.adoption * sum(of.added) - of.running * of.years - of.set_up * of.overrun",
                    "The years are counted twice: the sum of by_year is of all years already.",
                ),
            ),
        ),
        Exercise(
            id="roadmap-npv",
            question="What is the net present value of these flows at the rate `discount`?",
            expected=discounted,
            hint="divide each flow by (1 + discount) to the power of its year, and add up; the year 0 is divided by 1.",
            nearer="(flows / (1 + discount) ** flows.index).sum() is Python for it.",
            solution="(flows / (1 + discount) ** flows.index).sum()",
            wrong=(
                Wrong("of.left", "This is the plain sum. Money of later years is worth less today."),
                Wrong(
                    "of.npv / (1 + of.discount)",
                    "Every flow is a year too late: the set-up is paid today, in year 0. (Excel's NPV does this.)",
                ),
                Wrong(
                    "of.npv - of.flows[0]",
                    "The year 0 is missing: the set-up is a flow too, and is not divided.",
                ),
                Wrong(
                    "sum(x / (1 + of.discount * t) for t, x in enumerate(of.flows))",
                    "This is simple interest. It compounds: divide by (1 + discount) once for each year, with **.",
                ),
                Wrong(
                    "sum(x * (1 - of.discount * t) for t, x in enumerate(of.flows))",
                    "You took off the rate once for each year. It compounds: divide by (1 + discount) for each year.",
                ),
                Wrong(
                    "sum(x * (1 + of.discount) ** t for t, x in enumerate(of.flows))",
                    "You multiplied. Later money is worth less, not more: divide.",
                ),
            ),
        ),
        Exercise(
            id="roadmap-together",
            kind="choose",
            question="What becomes of the range of results if the inputs go together?",
            expected=wider,
            hint="if one thing goes wrong, does the next one make up for it, or make it worse?",
            nearer="independent surprises cancel in part. Surprises with one cause add up.",
            solution='"a"',
            options={
                "a": "Look at the 5th and the 95th percentile of both rows again.",
                "b": "Narrower would mean that the surprises make up for each other.",
                "c": "The mean hardly moves. Look at the ends.",
            },
        ),
        Exercise(
            id="roadmap-consistency",
            question="What is the consistency ratio of the committee?",
            expected=consistency,
            hint="the consistency index is (largest eigenvalue − n) / (n − 1); divide it by the random index of n criteria.",
            nearer="committee.largest is the eigenvalue, n the number of criteria, and ahp.RANDOM[n] the random index.",
            solution="(committee.largest - n) / (n - 1) / ahp.RANDOM[n]",
            wrong=(
                Wrong(
                    "(of.largest - len(of.weights)) / (len(of.weights) - 1)",
                    "This is the consistency index. Divide it by the index of random comparisons.",
                ),
                Wrong(
                    "of.ratio * (len(of.weights) - 1) / len(of.weights)",
                    "Divide by n − 1: n criteria leave n − 1 comparisons that are free.",
                ),
                Wrong(
                    "of.largest - len(of.weights) / (len(of.weights) - 1) * of.ratio * (len(of.weights) - 1) / (of.largest - len(of.weights))",
                    "Brackets are missing: take n off first, then divide, as in (committee.largest - n) / (n - 1).",
                ),
                Wrong(
                    "(of.largest - len(of.weights)) / len(of.weights) - 1 * of.ratio * (len(of.weights) - 1) / (of.largest - len(of.weights))",
                    "Brackets are missing around n - 1: it is divided by n alone.",
                ),
                Wrong(
                    "of.largest / len(of.weights)",
                    "At perfect consistency the eigenvalue is n, so take n off first.",
                ),
            ),
        ),
        Exercise(
            id="roadmap-offers-won",
            question="Of the leads that reached an offer, what share was won?",
            expected=won_of_offers,
            hint="the table counts the leads at each stage: which two do you need?",
            nearer='leads_by_stage.loc["won", "leads"] over leads_by_stage.loc["offer", "leads"].',
            solution='leads_by_stage.loc["won", "leads"] / leads_by_stage.loc["offer", "leads"]',
            wrong=(
                Wrong(
                    'of.loc["offer", "go on"]',
                    "This share went on to the next stage. Asked is the share that was won.",
                ),
                Wrong(
                    'of.loc["won", "leads"] / of.loc["negotiation", "leads"]',
                    "These are the leads that reached a negotiation, one stage later. Asked is of those that reached an offer.",
                ),
                Wrong(
                    'of.loc["won", "leads"] / of.loc["contract", "leads"]',
                    "These are the leads that reached a contract. Asked is of those that reached an offer.",
                ),
                Wrong(
                    'of.loc["won", "leads"] / of.loc["lead", "leads"]',
                    "This is the share of all leads. Asked is of those that reached an offer.",
                ),
                Wrong(
                    'of.loc["offer", "leads"] / of.loc["lead", "leads"]',
                    "This share of the leads reached an offer. Asked is what became of these.",
                ),
            ),
        ),
        Exercise(
            id="roadmap-tell",
            kind="write",
            question="Three sentences to the board: does the project pay?",
            expected=board_facts,
            hint="name what is counted, over which years, and on what the answer depends most; then what is not known.",
            nearer='begin with: "Over … years, on margin and discounted, the project is worth between … and …"',
            model=(
                "Over {years} years, on margin and discounted, nine tenths of the draws that we think possible lie in the range {middle:interval}, and {loses:value} of them lose.",
                "Of our inputs one moves the result most: {what}.",
                "What we do not know is whether customers really stay for it: the claim is of other firms, and the offer's figure adds three claims on sales, so we do not use it.",
            ),
            look_for=(
                "it counts margin, not sales",
                "it says over how many years",
                "it gives a range or a chance, not one number",
                "it names the input that decides",
                "it says what the own data cannot tell",
            ),
        ),
    ),
    quiz=(
        Question(
            "A project has booked 85 % of its plan and has finished 70 % of its work. It is",
            ("under its budget", "over its budget", "on its budget", "finished too late"),
            "b",
            "The finished 70 % of the work should have cost 70 % of the plan, if the parts are alike.",
        ),
        Question(
            "Fewer customers leave from today on. The margin rises",
            ("at once by as much", "later, as those who stay buy again", "never", "only with new customers"),
            "b",
            "Who is kept today would have bought today as well; the gain is in later purchases.",
        ),
        Question(
            "The function NPV of a spreadsheet, such as Excel, gives another number than our sum of the same flows, because",
            ("it rounds", "it counts in months", "it divides the flow of year 0 too", "it leaves out losses"),
            "c",
            "It takes the first flow to come at the end of the first year.",
        ),
        Question(
            "Firms with a CRM keep more customers than firms without. This shows",
            (
                "that a CRM keeps customers",
                "nothing about what a CRM would do in our firm",
                "that CRM is cheap",
                "that large firms are lucky",
            ),
            "b",
            "Large firms adopt early and keep more customers anyway.",
        ),
        Question(
            "When is a pilot worth its wait?",
            (
                "always",
                "if it is cheap",
                "if its result can change the decision",
                "if the project is large",
            ),
            "c",
            "Information that changes no decision is worth nothing.",
        ),
    ),
)

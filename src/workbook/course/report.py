"""The report of a run, to be read by those who decide: one page with figures, pictures and decisions, notebooks behind it."""

import base64
import json
import os
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from workbook.course import data_gaps, sections
from workbook.course.pages import Html, cleaned, document, escape, items, picture, table
from workbook.formatting.durations import fitting_unit
from workbook.formatting.quantities import between, decimals, interval, label, written
from workbook.formatting.words import known
from workbook.retailer.core.claims import load_claims

if TYPE_CHECKING:
    import pandas as pd

LINE = 8  # times as wide as high, beyond which a picture is but a line of text
LEXER = "ipython3"  # of code, its magic commands included
NIGHT = "github-dark"  # colours of code on a dark page
ANCHOR = re.compile(r'<a class="anchor-link"[^>]*>[^<]*</a>')
UNSAID = "A picture that nobody has described"
TAG = "report"  # of cells whose pictures the report shows; without any, the first and the last one
SCALES = {"relative": "change", "relative per 10 %": "change", "points": "points", "share": "share"}
SHOWN = [
    "text/html",
    "text/markdown",
    "image/png",
    "image/jpeg",
    "text/plain",
]  # forms of an output, best first
READING = (
    "How to read the figures: a 95 % interval is made so that it holds the true value in 95 of 100 such cases, if the "
    "model behind it is right; what the "
    "course says is a claim that is tried out here"
)
TRUTH = ", and the truth is what the synthetic retailer was made with"


def page(notebook: Any, title: str, id: str = "", pages: Sequence[str] = ()) -> str:
    """One notebook as a page without scripts or links to the network, pictures in it.

    Code that only speaks is left out, and what is for the curious is folded.

    Parameters
    ----------
    notebook : as nbformat reads it
    title : of the page
    id : of the notebook, by which its page lies beside others
    pages : ids of all notebooks that get a page, in their order; links to others become their words alone
    """
    from nbconvert import HTMLExporter
    from nbconvert.exporters import TemplateExporter
    from nbconvert.filters import Highlight2HTML
    from pygments.formatters import HtmlFormatter

    exporter = HTMLExporter(
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        config={
            "NbConvertBase": {"display_data_priority": SHOWN},
            "TagRemovePreprocessor": {"enabled": True, "remove_input_tags": [sections.NARRATION]},
        },
    )
    exporter.register_filter("clean_html", lambda body: body)  # each part is cleaned as a whole
    exporter.register_filter("highlight_code", Highlight2HTML(pygments_lexer=LEXER, parent=exporter))
    body = ""
    for curious, parts in groupby(sections.parts(notebook.cells), key=outermost):
        kept = [(part.cell, part.source) for part in parts]
        cells, summary = sections.rejoined_cells(kept), ""
        if curious:
            summary, _, cells[0].source = cells[0].source.partition("\n")
        # Not by HTMLExporter's own, which would parse all once more for what a page doesn't keep.
        part, _ = TemplateExporter.from_notebook_node(exporter, type(notebook)({**notebook, "cells": cells}))
        body += folded_part(summary.lstrip("# "), cleaned(part)) if curious else cleaned(part)
    night = HtmlFormatter(style=NIGHT).get_style_defs(".highlight")
    style = f"{HtmlFormatter().get_style_defs('.highlight')} @media screen and (prefers-color-scheme: dark) {{ {night} }}"
    body = re.sub(r"<img\b(?![^>]*\balt=)", f'<img alt="{UNSAID}"', relinked(body, id, pages))
    return document(title, body, style, ways(id, pages))


def relinked(body: str, id: str, pages: Sequence[str]) -> str:
    """A notebook's markup whose links lead to pages that are there; a link that would lead nowhere is its words."""

    def link(part: re.Match[str]) -> str:
        there = PurePosixPath(os.path.normpath(PurePosixPath(id).parent / part[1]))
        if part[1].startswith(("#", "http:", "https:", "mailto:")):
            return part[0]
        if there.suffix == ".ipynb" and str(there.with_suffix("")) in pages:
            return part[0].replace(part[1], str(PurePosixPath(part[1]).with_suffix(".html")), 1)
        return part[2]

    return re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', link, ANCHOR.sub("", body), flags=re.DOTALL)


def ways(id: str, pages: Sequence[str]) -> list[tuple[str, str]]:
    """From a notebook's page to the index, to the one before and the one after; none for a page alone."""
    if id not in pages:
        return []
    up, at = "../" * id.count("/"), pages.index(id)
    around = {"← {}": pages[at - 1 : at], "{} →": pages[at + 1 : at + 2]}
    others = [
        (f"{up}{there}.html", words.format(label(there.rpartition("/")[2][3:])))
        for words, found in around.items()
        for there in found
    ]
    return [(f"{up}index.html", "All notebooks"), *others]


def outermost(part: sections.Part) -> sections.Heading | None:
    """The heading for the curious that a part stands under, if it does."""
    return next((heading for heading in part.under if heading.curious), None)


def folded_part(summary: str, body: str) -> str:
    """A part of a page that is opened by whoever is curious."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def index(content: dict[str, Any], out: Path) -> str:
    """First page of a run: the data, what is to be decided, the chapters, what ran, and how it was made.

    Parameters
    ----------
    content : of run.json
    out : folder of the run, for the pictures of its notebooks
    """
    data, notebooks = content["data"], content["notebooks"]
    shown = [n for n in notebooks if n["status"] != "skipped"]
    chapters = dict.fromkeys(chapter_of(n) for n in shown)
    body = cover(content) + decisions(shown)
    if any(known(f["low"]) or f["claim"] for n in shown for f in n["figures"]):
        body += f'<p class="quiet">{READING}{TRUTH * data["synthetic"]}.</p>'
    for chapter in chapters:
        body += f"<h2>{escape(chapter)}</h2>" if chapter else ""
        body += "".join(section(n, out, data["currency"]) for n in shown if chapter_of(n) == chapter)
    body += f"<h2>What ran</h2>{data_gaps.overview(content)}" if notebooks else ""
    return document(f"Customer analytics: {data['name']}", body + how_made(content))


def cover(content: dict[str, Any]) -> str:
    """The data's name, period, kind and fingerprint, and how much of the course ran on it."""
    data = content["data"]
    kind = "a synthetic retailer, whose truth is known" if data["synthetic"] else "imported data"
    return (
        f'<div class="cover"><h1>Customer analytics: {escape(data["name"])}</h1>'
        f"<p>{escape(data_gaps.period(data['start'], data['end']))} · {kind} · fingerprint <code>{escape(data['fingerprint'])}</code></p>"
        f'<p class="quiet">{escape(data_gaps.status_counts(content["notebooks"]))} Made on {escape(content["made"]["on"])}.</p>'
        f"{items(data['notes'])}</div>"
    )


def chapter_of(result: Mapping[str, Any]) -> str:
    """A notebook's chapter as a heading: ``02_segmentation`` is 02 Segmentation."""
    folder = str(result["id"]).rpartition("/")[0]
    number, _, words = folder.partition("_")
    return f"{number} {label(words).capitalize()}" if folder else ""


def decisions(results: Sequence[Mapping[str, Any]]) -> str:
    """What the notebooks ask to be decided, each with the way to its reasons on the page."""
    said = items(
        Html(
            f'{escape(text)} <a class="quiet" href="#{escape(n["id"])}">{escape(data_gaps.short_title(n["title"]))}</a>'
        )
        for n in results
        for text in n["decisions"]
    )
    return f"<h2>To be decided</h2>{said}" if said else ""


def section(result: Mapping[str, Any], out: Path, currency: str) -> str:
    """A notebook that was run: its decisions, key figures and pictures, and where it is."""
    name = escape(result["id"])
    asks = "".join(f"<blockquote><p>{escape(text)}</p></blockquote>" for text in result["decisions"])
    if asks and result.get("assumed"):
        own = ", ".join(f"{name} = {value:,.10g}" for name, value in result["assumed"].items())
        asks += (
            f'<p class="quiet">Nobody gave these, so they are as the notebook has them: {escape(own)}.</p>'
        )
    failed = (
        f'<p class="failed">This notebook failed: {escape(result["reason"].rstrip("."))}. '
        "What it found until then is below.</p>"
    )
    return (
        f'<section class="together"><h3 id="{name}">{escape(result["title"])}</h3>'
        + (failed if result["status"] == "failed" else "")
        + f"{asks}{figures_table(result['figures'], currency)}"
        + gallery(pictures(out / f"{result['id']}.ipynb"), result["title"])
        + f'<p class="quiet">The notebook: <a href="{name}.html">{name}.html</a></p></section>'
    )


def figures_table(figures: Sequence[Mapping[str, Any]], currency: str) -> str:
    """Recorded figures beside their intervals, the truth and the course's claims; what no figure has is left out.

    Figures that this data can't give are named below.
    """
    found = [figure for figure in figures if known(figure["value"])]
    others = ", ".join(label(figure["name"]) for figure in figures if not known(figure["value"]))
    without = f'<p class="quiet">This data does not say: {escape(others)}.</p>' if others else ""
    if not found:
        return without
    rows = [reading(figure, currency) for figure in found]
    heads = [head for head in rows[0] if any(row[head] for row in rows)]
    return table(["", *heads[1:]], [[row[head] for head in heads] for row in rows]) + without


def reading(figure: Mapping[str, Any], currency: str) -> dict[str, str]:
    """One figure as it is read, in the unit of the claim that it bears on, if there is one."""
    name, value, unit = label(figure["name"]), figure["value"], figure["unit"]
    claim = load_claims().loc[figure["claim"]] if figure["claim"] else None
    if claim is not None:
        unit = SCALES.get(claim["scale"], unit)
    if unit == "money":
        unit = currency or unit
    unit, (value, low, high, truth) = fitting_unit(
        unit, value, figure["low"], figure["high"], figure["truth"]
    )
    digits = decimals(value, unit)
    return {
        "figure": name,
        "estimate": written(value, unit, digits).removesuffix(f" {name}"),
        "95 % interval": interval(low, high, unit, digits),
        "truth": written(truth, unit, digits) if known(truth) else "",
        "the course says": "" if claim is None else stated(claim, unit),
    }


def stated(claim: "pd.Series", unit: str) -> str:
    """The value of a claim as its text has it: a number, more than a number, or a range."""
    if claim["bound"] == "range":
        return between(claim["low"], claim["high"], unit, decimals(claim["value"], unit))
    return {"lower bound": "over "}.get(claim["bound"], "") + written(claim["value"], unit)


def gallery(found: Sequence[tuple[str, str]], title: str) -> str:
    """Pictures side by side; where one has no words of its own, it is numbered."""
    shown = "".join(
        picture(png, says or f"{title} Picture {number}.") for number, (png, says) in enumerate(found, 1)
    )
    return f'<div class="pictures">{shown}</div>' if shown else ""


def pictures(path: Path) -> list[tuple[str, str]]:
    """The pictures of an executed notebook that a report shows: each as base64, and what it shows in words."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    chosen = [c for c in cells if TAG in c["metadata"].get("tags", [])]
    found = [
        ("".join(output["data"]["image/png"]).replace("\n", ""), words(output))
        for cell in chosen or cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    found = [(png, says) for png, says in found if shows_something(png)]
    return found if chosen or len(found) < 2 else [found[0], found[-1]]


def words(output: Mapping[str, Any]) -> str:
    """What an output's picture shows, for those who can't see it; "" if it doesn't say."""
    return str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))


def shows_something(png: str) -> bool:
    """Whether a picture is more than the line that stands where there is nothing to draw."""
    head = base64.b64decode(png[:32])
    width, height = (int.from_bytes(head[i : i + 4]) for i in (16, 20))
    return width < LINE * height


def how_made(content: dict[str, Any]) -> str:
    """What this page is, and how it can be made again."""
    data, how, versions = content["data"], content["made"], content["versions"]
    command = f" by <code>{escape(how['command'])}</code>" if how["command"] else ""
    seeds = sorted({str(n["seed"]) for n in content["notebooks"] if n["seed"] is not None})
    world = ", ".join(f"{k} {v}" for k, v in (data["world"] or {}).items() if v)
    given = {n["id"]: n["parameters"] for n in content["notebooks"] if n["parameters"]}
    facts = [
        f"Seed of the notebooks' own random draws: {', '.join(seeds)}." if seeds else "",
        f"The retailer was made with {world}." if world else "",
        *(
            f"{id} was given {', '.join(f'{k} = {v}' for k, v in named.items())}."
            for id, named in given.items()
        ),
        f"Rows: {', '.join(f'{label(name)} {count:,}' for name, count in data['rows'].items())}.",
        f"Versions: {', '.join(f'{k} {v}' for k, v in versions.items())}.",
    ]
    return (
        "<h2>How this report was made</h2>"
        f"<p>The workbook's notebooks were run on this data{command}; each figure, picture and decision above was computed by "
        "one of them, and none was typed in. The notebooks, with all their steps, are in the folder of this page. Made again "
        "from data of the same fingerprint, with the same versions and seeds, it says the same.</p>"
        f'<div class="quiet">{items(fact for fact in facts if fact)}</div>'
    )

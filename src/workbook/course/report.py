"""HTML that comes out of a run: a page a notebook and an index, whole in themselves, so that they open offline."""

import base64
import html
import io
import json
from pathlib import Path
from typing import Any

from workbook.course.words import known, number

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", sans-serif;
  max-width: 54rem; margin: 2rem auto; padding: 0 1.2rem; color: #222; background: #fff; }
h1, h2, h3 { line-height: 1.25; color: #12343b; } h1 { font-size: 1.9rem; } h2 { margin-top: 2.2rem; }
a { color: #1d6f84; } a.anchor-link { display: none; } img { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: .86rem; margin: .6rem 0; display: block; overflow-x: auto;
  width: fit-content; max-width: 100%; border: 0; }
th, td { padding: .25rem .6rem; text-align: right; border: 0; border-bottom: 1px solid #e4e8ea; }
th { background: #f3f6f7; } tbody th, .text_cell_render th, .text_cell_render td { text-align: left; }
pre { font: .82rem/1.45 ui-monospace, Consolas, monospace; white-space: pre-wrap; margin: .3rem 0; }
div.highlight { background: #f6f8f9; border-left: 3px solid #c8d6da; padding: .35rem .7rem; margin: .5rem 0; }
.prompt, .input_prompt, .output_prompt, .jp-InputPrompt, .jp-OutputPrompt { display: none; }
.right, .passed { color: #1a7f37; } .wrong, .failed { color: #b3261e; } .skipped { color: #8a6d00; }
.card { display: flex; gap: 1.2rem; border: 1px solid #dfe6e8; border-radius: 8px; padding: 1rem; margin: 1rem 0; }
.card img { width: 300px; object-fit: contain; align-self: flex-start; border: 1px solid #eee; }
.card h3 { margin: 0 0 .3rem; font-size: 1.15rem; }
.cover { border-bottom: 3px solid #1d6f84; margin-bottom: 1.4rem; } blockquote { border-left: 4px solid #e08e45;
  margin: .8rem 0; padding: .1rem 1rem; background: #fdf6ef; } .card p { margin: .2rem 0; }
.card table { font-size: .8rem; } .card td:first-child { text-align: left; } .quiet { color: #6a7579; font-size: .86rem; }
@media print { body { max-width: none; } h2 { break-after: avoid; } .card, pre, img { break-inside: avoid; } }
@media (max-width: 40rem) { .card { flex-direction: column; } }
"""


def page(notebook: Any, title: str) -> str:
    """One notebook as a page without scripts or links to the network, pictures in it."""
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(notebook)
    return document(title, body, HtmlFormatter().get_style_defs(".highlight"))


def document(title: str, body: str, style: str = "") -> str:
    """Wrap a body as a whole page."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}{style}</style></head>\n<body>{body}</body></html>\n"
    )


def index(content: dict[str, Any], out: Path) -> str:
    """First page of a run: the data, and a card a notebook with status, key figures and a picture."""
    data = content["data"]
    rows = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in data["rows"].items())
    kind = "synthetic, its truth is known" if data["synthetic"] else "imported"
    intro = (
        f'<div class="cover"><h1>Customer analytics: {escape(data["name"])}</h1>'
        f"<p>{escape(data['start'])} to {escape(data['end'])} · {kind} · fingerprint <code>{data['fingerprint']}</code></p>"
        f'<p class="quiet">{escape(rows)}</p></div>'
    )
    states = [n["status"] for n in content["notebooks"]]
    count = " · ".join(
        f'<span class="{s}">{states.count(s)} {s}</span>'
        for s in ("passed", "failed", "skipped")
        if s in states
    )
    chapters = dict.fromkeys(chapter_of(n) for n in content["notebooks"])
    cards = "".join(
        (f"<h2>{escape(chapter)}</h2>" if chapter else "")
        + "".join(card(n, out, data["currency"]) for n in content["notebooks"] if chapter_of(n) == chapter)
        for chapter in chapters
    )
    made = ", ".join(f"{k} {v}" for k, v in content["versions"].items())
    return document(
        f"Run on {data['name']}",
        f'{intro}{decisions(content["notebooks"])}<p>{count}</p>{cards}<p class="quiet">{escape(made)}</p>',
    )


def chapter_of(result: dict[str, Any]) -> str:
    """A notebook's chapter as a heading: ``02_segmentation`` is 02 Segmentation."""
    folder = str(result["id"]).rpartition("/")[0]
    number, _, words = folder.partition("_")
    return f"{number} {words.replace('_', ' ').capitalize()}" if folder else ""


def decisions(results: list[dict[str, Any]]) -> str:
    """What the notebooks ask to be decided, each with the way to its reasons."""
    said = "".join(
        f'<li>{escape(text)} <a class="quiet" href="{escape(n["id"])}.html">why</a></li>'
        for n in results
        for text in n.get("decisions", [])
    )
    return f"<h2>To be decided</h2><ul>{said}</ul>" if said else ""


def card(result: dict[str, Any], out: Path, currency: str) -> str:
    """A notebook on the index page."""
    name, status = result["id"], result["status"]
    title = escape(result["title"])
    head = f'<a href="{escape(name)}.html">{title}</a>' if status != "skipped" else title
    said = f": {escape(result['reason'])}" if result["reason"] else ""
    seconds = f" · {result['seconds']} s" if status != "skipped" else ""
    given = ", ".join(f"{k} = {v}" for k, v in result["parameters"].items())
    thumb = thumbnail(out / f"{name}.ipynb") if status != "skipped" else ""
    picture = f'<img alt="" src="data:image/png;base64,{thumb}">' if thumb else ""
    return (
        f'<div class="card">{picture}<div><h3>{head}</h3>'
        f'<p class="quiet">{escape(name)} · <span class="{status}">{status}</span>{said}{seconds}</p>'
        + (f'<p class="quiet">{escape(given)}</p>' if given else "")
        + figures_table(result["figures"], currency)
        + "</div></div>"
    )


def figures_table(figures: list[dict[str, Any]], currency: str) -> str:
    """Recorded figures as a table; columns that hold nothing are left out."""
    if not figures:
        return ""
    extra = [k for k in ("low", "high", "truth") if any(known(f[k]) for f in figures)]
    head = "".join(f"<th>{k}</th>" for k in ("", "value", *extra, "unit"))
    rows = "".join(
        f"<tr><td>{escape(f['name'].replace('_', ' '))}</td>"
        + "".join(f"<td>{figure_text(f[k], f['unit'])}</td>" for k in ("value", *extra))
        + f"<td>{escape(currency if f['unit'] == 'money' and currency else f['unit'])}</td></tr>"
        for f in figures
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def figure_text(value: float | None, unit: str) -> str:
    """A recorded number as it is read; nothing where it is unknown."""
    if value is None or not known(value):
        return ""
    return number(value, 3 if unit in ("share", "ratio") else 0)


def thumbnail(path: Path, width: int = 440) -> str:
    """First picture of an executed notebook, made small, as base64; nothing if it has none."""
    from PIL import Image

    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if picture := output.get("data", {}).get("image/png"):
                image = Image.open(io.BytesIO(base64.b64decode("".join(picture)))).convert("RGB")
                image.thumbnail((width, width))
                small = io.BytesIO()
                image.save(small, "PNG", optimize=True)
                return base64.b64encode(small.getvalue()).decode()
    return ""


def escape(text: Any) -> str:
    """Text that comes from data, safe to put into a page."""
    return html.escape(str(text))

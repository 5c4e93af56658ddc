"""Pages that are whole in themselves, so that they open offline: one style, tables and pictures of escaped texts."""

import base64
import html
import io
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from workbook.formatting.safe import foldable, visible
from workbook.tables.errors import DataError

# A page runs nothing and loads nothing, whatever has come to stand on it.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
TAGS = """a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s
section small span strong sub summary sup table tbody td tfoot th thead tr u ul wbr"""
ATTRIBUTES = "alt class colspan id open role rowspan scope style title"
STYLES = """background-color border border-left border-radius color display flex-wrap font-size font-style font-weight gap margin
margin-top opacity padding text-align width"""
SHORT = 3  # headings that a page needs before they are listed
NO_BREAK = "\N{NO-BREAK SPACE}"
OURS = '<meta name="generator" content="workbook">'  # by which a page of ours is known
STYLE = """
:root { color-scheme: light dark; --text: #222; --back: #fff; --head: #12343b; --link: #1d6f84; --quiet: #5d696e;
  --line: #dde3e6; --soft: #f8fafb; --bar: #c8d6da; --right: #1a7f37; --wrong: #b3261e; --skipped: #7a5b00;
  --say: #fdf6ef; --say-bar: #b96d1a; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e4e8ea; --back: #14191b; --head: #a8d8e4; --link: #7cc4d8;
  --quiet: #a9b4b9; --line: #39434a; --soft: #1f272b; --bar: #3f5a64; --right: #6fce87; --wrong: #ff9a8f;
  --skipped: #e2bd55; --say: #2b231a; --say-bar: #d99a55; } }
body { font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", sans-serif;
  max-width: 54rem; margin: 2rem auto; padding: 0 1.2rem; color: var(--text); background: var(--back);
  overflow-wrap: anywhere; }
h1, h2, h3, h4 { line-height: 1.25; color: var(--head); } h1 { font-size: 1.9rem; } h2 { margin-top: 2.4rem; }
h3, h4 { font-size: 1.15rem; margin: 1.6rem 0 .5rem; } h4 { font-size: 1rem; } p { margin: .5rem 0; }
code { overflow-wrap: anywhere; } code span { display: inline-block; }
a { color: var(--link); } img { max-width: 100%; height: auto; background: #fff; }
nav { font-size: .9rem; margin: .3rem 0; } nav ol { columns: 2; margin: .4rem 0; padding-left: 1.4rem; }
nav.ways { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
.scroll { overflow-x: auto; max-width: 100%; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .86rem; border: 0; font-variant-numeric: tabular-nums;
  overflow-wrap: normal; }
th, td { padding: .25rem .6rem; text-align: right; vertical-align: top; border: 0; border-bottom: 1px solid var(--line); }
th { background: var(--soft); } tbody th { font-weight: normal; background: none; }
td.number, .dataframe td:not([style]) { white-space: nowrap; } tbody th, .words, .text_cell_render th, .text_cell_render td { text-align: left; }
.words { min-width: 6rem; }
pre { font: .82rem/1.45 ui-monospace, Consolas, monospace; white-space: pre-wrap; margin: .3rem 0; }
div.highlight { background: var(--soft); border-left: 3px solid var(--bar); padding: .35rem .7rem; margin: .5rem 0; }
.prompt, .input_prompt, .output_prompt, .jp-InputPrompt, .jp-OutputPrompt { display: none; }
summary { cursor: pointer; color: var(--head); } main summary { margin: 1rem 0; font-size: 1.15rem; }
.right, .passed { color: var(--right); } .wrong, .failed { color: var(--wrong); } .skipped { color: var(--skipped); }
tr.wrong > th:first-child::before { content: "≠ "; font-weight: bold; }
.cover { border-bottom: 3px solid var(--link); margin-bottom: 1.4rem; padding-bottom: .6rem; }
blockquote { border-left: 4px solid var(--say-bar); margin: .8rem 0; padding: .1rem 1rem; background: var(--say); }
.pictures { display: grid; gap: .8rem; margin: .8rem 0; }
.quiet { color: var(--quiet); font-size: .86rem; }
@media screen and (prefers-color-scheme: dark) { img { filter: brightness(.85); } }
@media (max-width: 40rem) { body { margin: 1rem auto; } h1 { font-size: 1.5rem; } nav ol { columns: 1; }
  th, td { padding: .2rem .35rem; } }
@page { margin: 17mm 16mm;
  @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; color: #5d696e; } }
@media print {
  :root { --text: #000; --back: #fff; --head: #12343b; --quiet: #444; --line: #bbb; --soft: #fff; --say: #fff; }
  body { max-width: none; margin: 0; padding: 0; font-size: 10.5pt; line-height: 1.4; }
  nav, nav.ways { display: none; }
  a { color: inherit; text-decoration: none; } .scroll { overflow: visible; } table { font-size: 8.5pt; }
  th, td { padding: .15rem .35rem; }
  h1, h2, h3, h4, summary { break-after: avoid; } thead { display: table-header-group; } p { orphans: 3; widows: 3; }
  img, tr, blockquote, li, .together, .output_html table, div.highlight { break-inside: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
}
"""


class Html(str):
    """Text that is markup already; all other text is escaped on its way into a page."""


def escape(text: Any) -> Html:
    """Text as part of a page: what comes from data is never markup."""
    return text if isinstance(text, Html) else Html(html.escape(visible(text)))


def cleaned(body: str) -> str:
    """HTML of others, a notebook's outputs say, with known elements and attributes alone; what could run or load anything is left out."""
    import nh3

    return nh3.clean(
        re.sub(r"[^\n\r\t]+", lambda line: visible(line[0]), body),
        tags=set(TAGS.split()),
        clean_content_tags={"script", "style"},
        attributes={"*": set(ATTRIBUTES.split()), "a": {"href"}, "img": {"src"}},
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=set(STYLES.split()),
        link_rel=None,
    )


def kept(tag: str, name: str, value: str) -> str | None:
    """An attribute's value, if it may stay: pictures hold their data, and links lead on but hold none."""
    if name in ("src", "href") and value.strip().lower().startswith("data:") != (tag == "img"):
        return None
    return value


def document(title: str, body: str, style: str = "", ways: Iterable[tuple[str, str]] = ()) -> str:
    """Wrap a body as a whole page.

    Parameters
    ----------
    title : of the page
    body : markup
    style : rules beyond those that all pages share
    ways : to other pages, each an address and its words
    """
    links = "".join(f'<a href="{quote(there)}">{escape(words)}</a>' for there, words in ways)
    around = f'<nav aria-label="Other pages" class="ways">{links}</nav>' if links else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{escape(title)}</title>{OURS}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}{style}</style></head>\n<body>{around}{contents(body)}"
        f"<main>{foldable(together(framed(scoped(body))))}</main></body></html>\n"
    )


HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


def contents(body: str) -> str:
    """Links to the headings of a page; nothing for a page that is short."""
    found = "".join(f'<li><a href="#{id}">{words}</a></li>' for id, words in HEADING.findall(body))
    if found.count("<li>") < SHORT:
        return ""
    return f'<nav aria-label="On this page"><details><summary>On this page</summary><ol>{found}</ol></details></nav>'


def scoped(body: str) -> str:
    """Tables whose headings say what they head: columns above, rows on the left."""

    def scope(part: re.Match[str]) -> str:
        of = "col" if part[1] == "thead" else "row"
        return re.sub(r"<th\b(?![^>]*\bscope=)", f'<th scope="{of}"', part[0])

    return re.sub(r"<(thead|tbody)\b.*?</\1>", scope, body, flags=re.DOTALL)


def together(body: str) -> str:
    """Texts whose lines don't break before a percent sign, nor in an option of a command; code keeps its characters."""
    code = r"<pre\b.*?</pre>|<code>(?P<line>[^<]*)</code>"

    def whole(part: re.Match[str]) -> str:
        if part["line"]:
            return re.sub(r"(?<![^\s>])--?\w[\w-]*(?=[\s<])", r"<span>\g<0></span>", part[0])
        return NO_BREAK if part[0] == " " else part[0]

    return re.sub(rf"{code}|(?<=\d) (?=%)", whole, body, flags=re.DOTALL)


def framed(body: str) -> str:
    """Tables that can be moved by the keyboard where they are wider than the page."""
    frame = '<div class="scroll" tabindex="0" role="group" aria-label="Table">'
    return re.sub(r"<table\b.*?</table>", lambda part: f"{frame}{part[0]}</div>", body, flags=re.DOTALL)


def check_target(path: Path) -> None:
    """See that a page goes into a new file or over a page of ours.

    Raises
    ------
    DataError
        if the file isn't called a page, or is something else.
    """
    new = not path.exists() and not path.is_symlink()
    if path.suffix != ".html" or not (new or (path.is_file() and is_ours(path))):
        raise DataError(
            f"--out must be a new file that ends in .html, or a page that the workbook wrote; got {str(path)!r}."
        )


def is_ours(path: Path) -> bool:
    """Whether the workbook wrote a page."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return OURS in file.read(10_000)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    words: Collection[str] = (),
    marked: Collection[int] = (),
) -> Html:
    """A table whose first column names the rows.

    Parameters
    ----------
    heads : of the columns
    rows : cells, as they are read
    words : heads of columns that are read as words, and set to the left
    marked : positions of rows that are set off by colour
    """
    form = [f' class="{"words" if head in words else "number"}"' for head in heads]
    head = "".join(f"<th{f}>{escape(h)}</th>" for h, f in zip(heads, form, strict=True))
    lines = []
    for number, (first, *others) in enumerate(rows):
        cells = "".join(f"<td{f}>{escape(c)}</td>" for c, f in zip(others, form[1:], strict=True))
        mark = ' class="wrong"' if number in marked else ""
        lines.append(f"<tr{mark}><th>{escape(first)}</th>{cells}</tr>")
    return Html(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>")


def frame_table(texts: pd.DataFrame, *, words: Collection[str] = ()) -> Html:
    """A frame of texts as a table; its index names the rows."""
    return table(["", *map(str, texts.columns)], texts.itertuples(name=None), words=words)


def items(texts: Iterable[Any]) -> Html:
    """A list; nothing for no texts."""
    lines = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return Html(f"<ul>{lines}</ul>" if lines else "")


def picture(png: str, says: str) -> Html:
    """A picture, given as base64, with what it shows for those who can't see it."""
    return Html(f'<img alt="{escape(says)}" src="data:image/png;base64,{png}">')


def drawn(ax: Any, says: str = "") -> Html:
    """A figure as a picture; what it shows is what its chart knows of it, if not said."""
    from matplotlib import pyplot  # a run draws nothing itself

    from workbook.charts.alt_text import alternative_text

    file = io.BytesIO()
    ax.figure.savefig(file, format="png", dpi=110)
    pyplot.close(ax.figure)
    return picture(base64.b64encode(file.getvalue()).decode(), says or alternative_text(ax.figure))

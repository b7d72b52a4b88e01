"""The difference that changed themes make, as a page for the browser: one file, no script, nothing to fetch. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.4rem} h2{font-size:1.05rem;margin:2rem 0 .3rem} table{border-collapse:collapse;width:100%}
td,th{padding:.2rem .5rem;text-align:right;font-variant-numeric:tabular-nums} th{font-weight:500;color:#667}
td:first-child,th:first-child{text-align:left;white-space:nowrap} td.bar{width:45%;padding:0}
.half{display:inline-block;width:50%;height:1em;vertical-align:middle} .half.left{text-align:right}
.half.right,th:nth-child(4){text-align:left}
.half i{display:inline-block;height:1em} .lost{background:#c8372d} .gained{background:#1f8a4c}
li{margin:.4rem 0} small{color:#556} q{quotes:"“" "”"} a{color:#0b57d0}
@media(prefers-color-scheme:dark){body{background:#15181c;color:#e6e8ea} small,th{color:#9aa4ae} a{color:#8ab4f8}}
"""
SIGNS: Final = {"gained": "+", "lost": "−", "changed": "±"}
Line = Mapping[str, Any]


def page(lines: Sequence[Line], total: Line) -> str:
    """Return the page. What stands in articles is text in it and nothing else."""
    title = f"newsloom retag: themes of version {total['version']}"
    told = f"{total['read']:,} articles read anew, {total['differ']:,} differ"
    parts = [*_table(lines), *(part for line in lines if line["samples"] for part in _samples(line))]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = f"<h1>{title}</h1><p>{told}.</p>{''.join(parts)}"
    return f'<!doctype html><html lang="en"><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>\n'


def _table(lines: Sequence[Line]) -> Iterator[str]:
    most = max((line[kind] for line in lines for kind in ("gained", "lost")), default=0) or 1
    yield "<table><thead><tr><th>theme<th>before<th>lost<th><th>gained<th>after<th>score</tr></thead><tbody>"
    for line in lines:
        bars = _half("left", "lost", line["lost"] / most) + _half("right", "gained", line["gained"] / most)
        cells = (line["before"], line["lost"], None, line["gained"], line["after"], line["changed"])
        row = "".join(f'<td class="bar">{bars}</td>' if c is None else f"<td>{c:,}</td>" for c in cells)
        yield f"<tr><td>{escape(line['theme'])}</td>{row}</tr>"
    yield "</tbody></table>"


def _half(side: str, kind: str, share: float) -> str:
    return f'<span class="half {side}"><i class="{kind}" style="width:{share:.1%}"></i></span>'


def _samples(line: Line) -> Iterator[str]:
    yield f"<h2>{escape(line['theme'])}</h2><ul>"
    for sample in line["samples"]:
        title, url = escape(sample["title"]), sample["url"] or ""
        linked = f'<a href="{escape(url)}">{title}</a>' if url.startswith(("http://", "https://")) else title
        yield f"<li>{SIGNS[sample['kind']]} {linked}<br><small>{' · '.join(_reasons(sample))}</small></li>"
    yield "</ul>"


def _reasons(sample: Line) -> Iterator[str]:
    scores = [f"{sample[k]:.2f}" for k in ("before", "after") if sample[k] is not None]
    yield " → ".join(scores) + (f", now {sample['score']:.2f} of {sample['threshold']:.2f}" if "threshold" in sample else "")
    if reason := sample.get("reason"):
        yield escape(reason)
    for side in ("for", "against"):
        for span in sample.get(side, ()):
            yield f"{side}: {escape(span['rule'])} <q>{escape(span['text'])}</q>"

"""the tagger's table of Traditional characters → the character filter of news@analysis, so that search folds as the tagger does

``python -m newsloom_setup.folding`` writes it anew after OpenCC has changed; a test compares.
"""

import json
from pathlib import Path
from typing import Any, Final

from newsloom_schemas import index
from newsloom_tagger.fold import table

FILE: Final = Path(index.__file__).with_name("elasticsearch") / "news@analysis.json"
A_LINE: Final = 16  # mappings


def mappings() -> list[str]:
    """Return ``英=>…`` for each Chinese character of the table; widths and cases are the business of token filters."""
    return [f"{chr(old)}=>{new}" for old, new in sorted(table().items()) if new != "\ufffd" and _is_han(old)]


def _is_han(code: int) -> bool:
    return 0x3400 <= code < 0xA000 or 0xF900 <= code < 0xFB00


def render(template: dict[str, Any]) -> str:
    """Return the template's file with the mappings of now, some a line."""
    folding = template["template"]["settings"]["index"]["analysis"]["char_filter"]["news_simplified"]
    folding["mappings"] = ["@"]
    pairs = [json.dumps(m, ensure_ascii=False) for m in mappings()]
    lines = [", ".join(pairs[i : i + A_LINE]) for i in range(0, len(pairs), A_LINE)]
    return json.dumps(template, ensure_ascii=False, indent=2).replace('"@"', ",\n".join(lines)) + "\n"


if __name__ == "__main__":
    FILE.write_text(render(json.loads(FILE.read_text("utf-8"))), "utf-8")

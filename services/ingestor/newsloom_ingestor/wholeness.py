"""Whether the text that a feed gives is the whole article, by its form. Pure.

A feed means its full text where it uses RSS's content:encoded, Atom's content or JSON Feed's content; yet many put a teaser
there. So the text must also be as long as an article, and not end in what teasers end in.
"""

import re
from typing import Final

CHINESE: Final = 500  # code points; a short news item, and three times what a summary has
LATIN: Final = 1500  # code points: what says as much
HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e\u3001-\u3011]")
HAN_SHARE: Final = 0.3  # of the code points; Chinese technology news keeps many names in Latin letters
END: Final = 300  # code points that are looked at
# WordPress puts this line under teasers and whole articles alike.
CREDIT: Final = re.compile(r"\s*(?:The post|文章) [^\n]{1,200} (?:appeared first on|最先出现在) [^\n]*$", re.IGNORECASE)
_MARKS: Final = (r"…", r"\.\.\.", r"。。。", r"\[\s*(?:…|\.\.\.)\s*\]")
_ENGLISH: Final = (
    r"\b(?:read|continue|keep) (?:more|on|reading|the full|full|the rest)\b[^.!?\n]{0,100}",
    r"\bfull (?:story|article)\b",
)
_CHINESE: Final = (
    r"(?:点击|點擊)?(?:阅读|閱讀|查看|展开|展開|显示|浏览)(?:全文|更多|余下全文|餘下全文|完整内容)",
    r"(?:继续|繼續)(?:阅读|閱讀)[^。\n]{0,100}",
)
TEASER: Final = re.compile(rf"(?:{'|'.join((*_MARKS, *_ENGLISH, *_CHINESE))})[\s»›→>.。…)\]】]*$", re.IGNORECASE)


def is_whole(content: str) -> bool:
    """Return whether a text that the feed calls its content is a whole article."""
    if len(content) < CHINESE:
        return False
    start = content[:LATIN]
    needed = CHINESE if len(HAN.findall(start)) >= HAN_SHARE * len(start) else LATIN
    return len(content) >= needed and not TEASER.search(CREDIT.sub("", content[-2 * END :])[-END:])

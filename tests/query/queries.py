"""What both evaluators are asked: every form of the language, and queries made of the articles' own words."""

import random
import re
from collections.abc import Iterator

from .documents import PIECES, seen

MADE = 240
FORMS = """
*
shortage
算力 紧缺
GPU shortage Texas
英伟达
nvda | amd
"gross margin"
"margin gross"
"大模型"
"輝達"
"H100卡"
"卡紧缺"
卡
云
"云" -"云服务"
算力*
smuggl*
"large lang"*
"大语言模"*
e*
NVIDI*
9*
-bitcoin
-英伟达
-(英伟达 | AMD)
NOT shortage
(英伟达 | AMD) (shortage | 缺货) -theme:chips
(a | "b") c*
theme:chips
theme:chips>0.5
theme:chips>=0.5
theme:chips<0.3
theme:chips<=0.1
theme:算力紧缺
theme:"data centers"
-theme:funding theme:chips
company:英伟达
company:NVIDIA
company:$NVDA -nvidia
person:黄仁勋
product:ChatGPT
entity:Q182477
lang:zh
lang:english -lang:zh
lang:und
since:7d
since:2026-10-20 until:2026-10-25
until:2026-10-01T12:00+08:00
origin:push
origin:seed | origin:backfill
source:example.com
source:example
source:www.example.com
source:example.org
source:"example wire"
source:机器之心
source:机器
source:tttt
source:long
source:http://feeds.example.com/anything
speaker:黄仁勋
speaker:Huang
speaker:li
speaker:sss
speaker:s
speaker:"Li Xiang"
title:shortage
title:"算力"
title:gpu*
title:"H100 rent"*
title:卡
-title:the
amount>1e9 USD
amount>=1e9 USD
amount<1e9 USD
amount<=1e9USD
amount>=50亿美元
amount=5bn$
amount:0.1 USD
amount 1..2.5 bn USD
amount US$1bn..$2.5bn
amount>1 CNY -amount>1 USD
金额＞１亿元
gpus>10000
gpus>=1万
mw>=500
mw 1..500
users>1m
percent>50
parameters>=70b
50亿美元
$5 billion
10万张GPU
"3.5bn" | "1,000"
U.S.
don't
don’t
naive
strasse
istanbul
fi
ｎｖｉｄｉａ
GPT-4:
C++
https://example.com/rss
running ran run
possibly possible
(算力 OR "compute power") -(theme:jobs | theme:talent) since:30d lang:zh
"theme:chips"
""".strip().splitlines()


def all_of_them() -> list[str]:
    return [*FORMS, *_made()]


def _made() -> Iterator[str]:
    """Yield queries of what articles say and of odd pieces, joined by the language's own signs."""
    chance = random.Random(11)
    texts = [text.text for s in seen() for text in s.texts.values()]
    for _ in range(MADE):
        parts = [_part(chance, texts) for _ in range(chance.choice((1, 1, 2, 3)))]
        yield chance.choice((" ", " | ", " ")).join(parts)


def _part(chance: random.Random, texts: list[str]) -> str:
    said = _said(chance, texts)
    forms = (said, said, f'"{said}"', f'"{said}"', f"-{said}", f'"{said}"*', f'title:"{said}"', chance.choice(FORMS))
    return chance.choice(forms)


def _said(chance: random.Random, texts: list[str]) -> str:
    if chance.random() < 0.3:
        said = "".join(chance.choices([p for p in PIECES if len(p) < 20], k=3))
    else:
        text = chance.choice(texts)
        at = chance.randrange(max(1, len(text) - 20))
        said = text[at : at + chance.choice((2, 4, 12, 20))]
    said = re.sub(r'["“”„‟＂「」『』|｜()（）*＊:：<>=＞＜＝]|\bOR\b|\bNOT\b', " ", said).strip()
    return said if re.search(r"[^\W_]", said) and not said.startswith(("-", "－")) else "算力"

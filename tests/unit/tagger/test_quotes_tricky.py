"""Speech as the press sets it, and what only looks like speech."""

import pytest
from newsloom_tagger import quotes

Expected = list[tuple[str, str | None]]

SPEECH: list[tuple[str, Expected]] = [
    # every kind of mark
    ("“我们不缺客户，只缺电。”林若溪说。", [("我们不缺客户，只缺电。", "林若溪")]),
    ('"我们不缺客户，只缺电。"林若溪说。', [("我们不缺客户，只缺电。", "林若溪")]),
    ("「我們不缺客戶，只缺電。」林若溪說。", [("我們不缺客戶，只缺電。", "林若溪")]),
    ("『我們不缺客戶，只缺電。』董事長林若溪說。", [("我們不缺客戶，只缺電。", "林若溪")]),
    ("‘We ran out of power,’ said Nadia Okafor.", [("We ran out of power,", "Nadia Okafor")]),
    ("'We ran out of power,' said Nadia Okafor.", [("We ran out of power,", "Nadia Okafor")]),
    ("“We ran out of power,” said Nadia Okafor.", [("We ran out of power,", "Nadia Okafor")]),
    ("«We ran out of power,» said Nadia Okafor.", [("We ran out of power,", "Nadia Okafor")]),
    ("„We ran out of power,“ said Nadia Okafor.", [("We ran out of power,", "Nadia Okafor")]),
    # before, after, in the middle
    ("首席执行官何嘉树表示：“这不是泡沫。”", [("这不是泡沫。", "何嘉树")]),
    ("何嘉树在电话会上表示，“需求远超我们的预期。”", [("需求远超我们的预期。", "何嘉树")]),
    ("“需求远超预期，”何嘉树说，“我们要再建三座机房。”", [("需求远超预期，", "何嘉树"), ("我们要再建三座机房。", "何嘉树")]),
    ("“需求远超预期。”何嘉树补充道，“明年还会更紧。”", [("需求远超预期。", "何嘉树"), ("明年还会更紧。", "何嘉树")]),
    ('Priya Raman, the chief executive, said: "Nobody is cancelling."', [("Nobody is cancelling.", "Priya Raman")]),
    ('"Nobody is cancelling," Priya Raman, the chief executive, said on Tuesday.', [("Nobody is cancelling,", "Priya Raman")]),
    (
        '"Nobody is cancelling," said Priya Raman. "They are asking for more."',
        [("Nobody is cancelling,", "Priya Raman"), ("They are asking for more.", "Priya Raman")],
    ),
    (
        '"Nobody," Priya Raman said, "is cancelling orders this year."',
        [("Nobody,", "Priya Raman"), ("is cancelling orders this year.", "Priya Raman")],
    ),
    (
        'According to Priya Raman, "nobody is cancelling orders this year".',
        [("nobody is cancelling orders this year", "Priya Raman")],
    ),
    ('Asked whether orders were falling, Priya Raman replied, "No."', [("No.", "Priya Raman")]),
    ("“Will it last?” asked Tom Brady Okoro, an analyst.", [("Will it last?", "Tom Brady Okoro")]),
    ("“还能撑多久？”分析师顾长宁问道。", [("还能撑多久？", "顾长宁")]),
    ("“太贵了！”采购经理沈南星感叹。", [("太贵了！", "沈南星")]),
    ("OpenAI CEO Sam Altman wrote on X: “We are out of GPUs.”", [("We are out of GPUs.", "Sam Altman")]),
    ("黄仁勋在台北说：“算力就是收入。”", [("算力就是收入。", "黄仁勋")]),
    ("英伟达创始人黄仁勋（Jensen Huang）表示：“算力就是收入。”", [("算力就是收入。", "黄仁勋")]),
    ("德勤合伙人玛丽亚·桑托斯说：“没有人知道答案。”", [("没有人知道答案。", "玛丽亚·桑托斯")]),
    # pronouns, surnames, titles
    ("校长罗雁行不同意。她说：“孩子不是数据。”", [("孩子不是数据。", "罗雁行")]),
    ("创始人纪云帆住在杭州。“我不卖，”他说。", [("我不卖，", "纪云帆")]),
    ('Dr Amelia Stone runs the lab. "We stopped the test," she said.', [("We stopped the test,", "Amelia Stone")]),
    ('Marta Silva runs the lab. The results surprised her. "We stopped," Silva said.', [("We stopped,", "Marta Silva")]),
    (
        'Marta Silva and Jonas Weber disagree. "We stopped," Weber said. "Too late," said Silva.',
        [("We stopped,", "Jonas Weber"), ("Too late,", "Marta Silva")],
    ),
    # nested: the outer speech is one
    ("“他对我说‘别等了’，我就走了。”顾长宁说。", [("他对我说‘别等了’，我就走了。", "顾长宁")]),
    ("「他對我說『別等了』，我就走了。」顧長寧說。", [("他對我說『別等了』，我就走了。", "顧長寧")]),
    ("\"He told me 'stop waiting' and I left,\" said Marta Silva.", [("He told me 'stop waiting' and I left,", "Marta Silva")]),
    ("“He told me ‘stop waiting’ and I left,” said Marta Silva.", [("He told me ‘stop waiting’ and I left,", "Marta Silva")]),
    ("‘He told me “stop waiting” and I left,’ said Marta Silva.", [("He told me “stop waiting” and I left,", "Marta Silva")]),
    # several paragraphs, opened on each and closed on the last
    (
        "“We never had a plan,” said Marta Silva.\n“The first year was luck.\n“The second was work.”",
        [("We never had a plan,", "Marta Silva"), ("The first year was luck.\n“The second was work.", "Marta Silva")],
    ),
    (
        '"We never had a plan," said Marta Silva.\n"The first year was luck.\n"The second was work."\nShares fell.',
        [("We never had a plan,", "Marta Silva"), ('The first year was luck.\n"The second was work.', "Marta Silva")],
    ),
    (
        "林若溪说：“第一年靠运气。\n“第二年靠熬夜。”\n公司未回应。",
        [("第一年靠运气。\n“第二年靠熬夜。", "林若溪")],
    ),
    # a fragment with its speaker
    ('Marta Silva called the rule "a tax on being small".', [("a tax on being small", "Marta Silva")]),
    ("何嘉树称这次涨价是“迫不得已的选择”。", [("迫不得已的选择", "何嘉树")]),
    # beside terms and titles
    ("何嘉树说：“《算力战争》我看过，写得太客气。”", [("《算力战争》我看过，写得太客气。", "何嘉树")]),
    ("所谓“百模大战”已经结束，何嘉树说：“只剩五家。”", [("只剩五家。", "何嘉树")]),
]

NO_SPEECH = [
    "电影《她》上映十年。",
    "公司推出“星图”大模型。",
    "被称为“算力之王”的芯片停产。",
    "“卡脖子”问题仍在。",
    "入选“十四五”重点专项。",
    "所谓的“涨价潮”并未出现。",
    "“双碳”目标不变，“东数西算”提速。",
    "获得“年度最佳产品”奖。",
    "《“十五五”规划建议》发布。",
    "论文题为“注意力就是一切”。",
    'The so-called "AI bubble" has not burst.',
    'Its new model, "Falcon 9", ships in May.',
    'The novel "The Circle" was a warning.',
    "The '90s boom and the dogs' bowls.",
    'He is known as "the plumber".',
    'A label reading "Made in Taiwan" was found.',
    "They say it’s Jensen’s “secret sauce” era.",
    "Rock ’n’ roll is the companies’ motto.",
    '5\' 11" tall and 24" wide',
    'The film "Her" won.',
    "The term “scaling law” is old.",
    "「雙減」政策上路。",
    "‘一带一路’倡议",
    "“”",
    "‘’",
    '""',
    "“ ”说",
]


def found(text: str) -> Expected:
    return [(q.text, q.speaker) for q in quotes.find("content", text)]


@pytest.mark.parametrize(("text", "expected"), SPEECH)
def test_speech_and_its_speaker(text: str, expected: Expected) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", NO_SPEECH)
def test_no_speech(text: str) -> None:
    assert found(text) == []

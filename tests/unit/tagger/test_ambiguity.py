"""Names with another meaning: one sentence where the company, person or product is meant, one where it is not.

The sentences were written before the rows and context words that decide them.
"""

import pytest
from newsloom_tagger import entities

# name of the entity, a sentence that means it, a sentence that does not
BOTH = [
    ("Apple", "苹果将在秋季发布会上推出新款手机。", "今年苹果丰收，果农忙着摘果装箱。"),
    ("Apple", "Apple said its revenue rose 6% in the quarter.", "She ate an apple and a slice of apple pie."),
    (
        "Meta",
        "Meta plans to spend $70bn on data centres next year.",
        "The talk was very meta, and the meta description was empty.",
    ),
    ("Megvii", "旷视和商汤曾被并称为视觉四小龙。", "他独立旷野，旷视千里，心中豁然开朗。"),
    ("Arm", "Chip designer Arm raised its royalty rates.", "He broke his arm in the second half."),
    ("Claude", "Anthropic拒绝透露Claude的训练成本。", "Claude Monet painted the bridge at Giverny again and again."),
    ("Claude", "The team let Claude rewrite the whole code base.", "My uncle Claude retired to a village near Lyon."),
    ("Amazon", "Amazon cut prices in its cloud unit.", "Fires burned along the Amazon river and deep in the rainforest."),
    ("Amazon", "亚马逊宣布向数据中心追加投资。", "亚马逊雨林的面积又缩小了一成。"),
    ("Oracle", "Oracle raised $18bn in bonds to pay for data centers.", "The oracle at Delphi spoke in riddles."),
    ("Oracle", "甲骨文股价盘后大涨，云业务订单创新高。", "这批甲骨文出土于殷墟，记录了商代的卜辞。"),
    ("Gemini", "Google已把Gemini装进新款手机。", "Gemini is an air sign of the zodiac, ruled by Mercury."),
    ("Gemini", "Developers can call Gemini through an API.", "Gemini, the crypto exchange of the Winklevoss twins, cut jobs."),
    ("Grok", "马斯克称Grok将开源。", "It took me a week to grok the tax form."),
    ("Cohere", "Cohere, a Toronto startup, raised $500m.", "The essays in the volume do not cohere."),
    ("Runway", "Runway unveiled a video model that keeps faces steady.", "The plane slid off the runway in heavy rain."),
    ("Character.AI", "Character.AI banned open chats for minors.", "It is a character actor's dream of a part."),
    ("Scale AI", "Meta bought 49% of Scale AI.", "They build at scale, and the scale of the flood was vast."),
    ("Figure AI", "Figure showed a humanoid robot folding towels.", "The figure rose by a third, a key figure said."),
    ("Cursor", "程序员用Cursor写代码。", "Move the mouse cursor to the top left corner."),
    ("Perplexity", "Perplexity sued over its AI browser Comet.", "The model reached a perplexity of 12.4 on the held-out set."),
    (
        "Inflection AI",
        "Microsoft hired most of Inflection AI's staff.",
        "We are at an inflection point, the inflection of her voice said.",
    ),
    (
        "Stability AI",
        "Stability AI won most of the lawsuit over images.",
        "The bank watches financial stability and price stability.",
    ),
    ("Together AI", "Together AI rents out GPUs by the hour.", "They worked together on AI for a decade."),
    ("Groq", "Groq makes chips for inference.", "Grog was served to the sailors at noon."),
    ("Llama", "Meta发布了Llama的新版本，权重开放下载。", "A llama spat at the tourists, and its wool was sold."),
    ("Falcon", "TII released the weights of Falcon, a 180-billion-parameter model.", "A falcon nests on the cathedral tower."),
    ("Microsoft Phi", "Microsoft's Phi is a small language model.", "The golden ratio is written phi, a Greek letter."),
    ("Amazon Nova", "Amazon's Nova models undercut rivals in price.", "Astronomers saw a nova in the constellation Lyra."),
    (
        "Amazon Titan",
        "Amazon offers Titan embeddings in Bedrock, beside other models.",
        "The shipping titan sold his fleet near Titan, Saturn's moon.",
    ),
    ("Sora", "OpenAI关闭了Sora应用的人像功能。", "Sora Hayashi, a sprinter, won the 200 metres."),
    ("ERNIE (Baidu)", "百度把文心接入了搜索。", "作者文心细腻，笔下人物鲜活。"),
    ("Zhipu AI", "智谱在港交所递交了招股书。", "他把家谱整理成册，取名耕读谱。"),
    ("Moonshot AI", "月之暗面完成新一轮融资。", "嫦娥探测器飞越月球背面的山脉。"),
    ("Baichuan AI", "百川智能把重心转向医疗。", "海纳百川，有容乃大，校训刻在石上。"),
    ("Xiaomi", "小米发布自研芯片，雷军称投入百亿。", "小米粥养胃，谷子今年亩产创新高。"),
    ("Li Auto", "理想和蔚来本月交付量均下滑。", "这份工作离他的理想还很远，条件并不理想。"),
    ("NIO", "蔚来汽车开始换电站扩建。", "他憧憬的未来终于来了。"),
    ("Lenovo", "联想服务器业务营收创新高。", "这首诗让人联想起故乡的冬天。"),
    ("ByteDance", "字节正在自研推理芯片，阿里也在跟进。", "每个汉字占用三个字节，字节流要按顺序读取。"),
    ("Alibaba", "阿里将在三年内投入三千八百亿元建设云和人工智能设施。", "拳王阿里在马尼拉击败了弗雷泽。"),
    ("Huawei Ascend", "华为昇腾芯片产能翻倍。", "锅里热气升腾，屋外炊烟升腾。"),
    ("AITO", "问界M9交付突破二十万辆。", "他常去请教学问界的前辈。"),
    ("Ping An", "中国平安用大模型核保。", "愿你平安归来，全家平安健康。"),
    ("Kuaishou", "快手旗下可灵的视频模型收入翻番。", "他是村里有名的快手，割麦子一天两亩。"),
    ("Doubao", "豆包的日活用户超过一亿。", "早点铺的豆包刚出笼，一块钱两个。"),
    ("Yuanbao", "腾讯元宝接入了DeepSeek。", "过年吃饺子，因为饺子形似元宝。"),
    ("Qwen", "阿里开源了通义的新模型。", "这两个字通义，可以互换。"),
    ("Hunyuan", "腾讯混元发布新的三维生成模型。", "老拳师打的是混元太极。"),
    ("Cambricon", "寒武纪股价一度超过茅台。", "寒武纪的化石里有三叶虫。"),
    ("Horizon Robotics", "地平线在港股上市，车企纷纷采用它的智驾芯片。", "太阳从地平线上慢慢升起。"),
    ("Honor", "荣耀发布折叠屏手机，对标华为。", "这份荣耀属于全体队员。"),
    ("Ant Group", "蚂蚁集团开源了百灵大模型。", "蚂蚁排着队把面包屑搬回巢里。"),
    ("High-Flyer", "梁文锋创办的量化私募幻方管理着数百亿元。", "三阶幻方的每一行之和都是十五。"),
    ("Geely", "吉利旗下极氪私有化完成，车型销量上升。", "大家图个吉利，红包里放了八元八角。"),
    ("TAL Education", "好未来推出学习机，学而思的大模型也在其中。", "愿我们一起走向美好未来。"),
    ("Panasonic", "松下在堪萨斯的电池厂投产。", "忙完一天，他终于放松下来，轻松下单买了票。"),
    ("Honda", "本田与日产终止合并谈判。", "日本田径队在接力赛中夺冠。"),
    ("Baidu", "百度三季度财报显示云收入增长。", "炉温升到八百度，近视三百度的他看不清。"),
    ("DiDi", "滴滴的无人车在广州试运营。", "屋檐滴滴答答漏着雨，点点滴滴都是回忆。"),
    ("Morgan Stanley", "大摩上调目标价，称算力需求强劲。", "手掌与绳索一大摩擦就起泡，买了辆大摩托。"),
    ("JPMorgan Chase", "小摩重申增持评级。", "邻里之间的小摩擦不必上心。"),
    ("Microsoft Bing", "微软必应加入了聊天功能。", "社区对居民的诉求有求必应。"),
    ("Jack Ma", "马云现身阿里巴巴园区。", "庙会上人马云集，锣鼓喧天。"),
    ("iFlytek", "讯飞发布星火大模型的新版本。", "改革开放后通讯飞速发展。"),
    ("Azure", "Microsoft said Azure grew 39%.", "They swam in azure water under an azure sky."),
    (
        "NVIDIA Blackwell",
        "Blackwell chips are sold out for a year, Nvidia said.",
        "Elizabeth Blackwell was the first woman to take a medical degree in America.",
    ),
    (
        "AMD",
        "AMD signed OpenAI as a buyer of its accelerators.",
        "The drug treats wet AMD, or age-related macular degeneration.",
    ),
    ("GPT", "OpenAI retired GPT-4o.", "The disk uses a GPT partition table."),
    ("TPU", "Anthropic will use up to a million TPUs from Google.", "The phone case is made of soft TPU plastic."),
    ("GLM", "智谱开源了GLM-4.6。", "We fitted a GLM with a log link and a Poisson regression."),
    (
        "BOE Technology",
        "BOE will supply OLED panels for the new iPhone.",
        "The BoE held interest rates at 4%, the Bank of England said.",
    ),
    ("Snapdragon", "Qualcomm launched a new Snapdragon chip.", "Snapdragon flowers bloom in the garden until June."),
    ("Anduril", "Anduril won a $20bn contract for drones.", "Aragorn drew Andúril, the Flame of the West."),
    ("Notion", "Notion added AI agents to its workspace app.", "I had no notion of what she meant."),
    (
        "Harvey AI",
        "Harvey, the legal AI startup, was valued at $8bn; law firms are its clients.",
        "Hurricane Harvey flooded Houston in 2017.",
    ),
    ("Lovable", "Lovable, a Stockholm vibe coding startup, raised $200m.", "He plays a lovable rogue."),
    ("Windsurf", "Cognition bought Windsurf, the coding editor.", "They windsurf off the coast of Tarifa."),
    (
        "NVIDIA Rubin",
        "Nvidia said Rubin will ship next year after Blackwell.",
        "Rick Rubin produced the album; Vera C. Rubin was an astronomer.",
    ),
    ("Manus", "Manus, the AI agent maker, moved to Singapore.", "Mani is the plural of the Latin word manus, hand."),
    ("Stargate", "OpenAI and Oracle will build Stargate in Texas.", "Stargate Atlantis ran for five seasons on television."),
    ("Optimus", "Tesla delayed Optimus, its humanoid robot.", "Optimus Prime leads the Autobots."),
    ("Baichuan AI", "百川创始人王小川谈医疗大模型。", "海纳百川，百川归海。"),
    ("StepFun", "阶跃发布多模态模型，姜大昕到场。", "系统对阶跃函数的响应很快。"),
    ("ModelBest", "面壁的端侧模型MiniCPM下载量过千万。", "达摩面壁九年，他也面壁思过。"),
    ("ZhenFund", "老股东真格继续跟投A轮融资。", "他真格地把杯子摔了。"),
    ("Matrix Partners China", "本轮由经纬领投，投后估值两亿美元。", "地球仪上画着经纬线，经纬分明。"),
    ("Nissan", "日产与本田讨论电动车型。", "这座矿日产量三千吨，日产值百万。"),
    ("AUO", "友達與群創面板廠轉做先進封裝。", "好友达到上限，朋友达成一致。"),
    ("Scale AI", "Scale AI lost Google as a client. Scale has cut a seventh of its staff.", "Scale up slowly, the coach said."),
    (
        "Stability AI",
        "Stability AI made Stable Diffusion. Getty sued Stability in London.",
        "Stability returned to the region.",
    ),
    (
        "Meta Orion",
        "Meta showed Orion, its augmented reality glasses.",
        "Orion is a constellation; the Orion spacecraft flew by.",
    ),
]


def named(text: str) -> set[str]:
    return {e.name for e in entities.find("", text)}


@pytest.mark.parametrize(("name", "text"), [(name, meant) for name, meant, _ in BOTH if meant])
def test_a_name_is_heard_where_it_is_meant(name: str, text: str) -> None:
    assert name in named(text)


@pytest.mark.parametrize(("name", "text"), [(name, other) for name, _, other in BOTH])
def test_the_other_meaning_of_a_name_is_let_alone(name: str, text: str) -> None:
    assert name not in named(text)


@pytest.mark.parametrize(
    "text",
    [
        "The anthropic principle is no proof, he said in an adobe house in a dell; I intuit as much.",
        "It has 350 hp, and drivers cognizant of the risk nestle into their seats.",
        "The mistral wind blows through Provence.",
        "Beethoven's Opus 4 was played, then Shakespeare's Sonnet 4 was read.",
        "Grace Hopper was an admiral who wrote compilers.",
        "An overview of the last energy crisis, with graviton and momenta in the footnotes.",
        "在努比亚，尼罗河拐了一个大弯。",
        "轻松下单、放松下来，一起走向美好未来。",
        "今天的大摩擦是昨天的小摩擦。",
        "提升思维，升腾起一片热气。",
        "最佳能效与更佳能耗，便捷普惠的服务。",
        "国际交通快捷，精神达到高峰，召开利好大会。",
        "积极越过障碍，共享界面上的内容。",
        "有求必应，势必应当如此。",
        "他没有赞美，所有赞助都退了。",
        "千万科研人员，十万科技工作者。",
        "前年华为了家，年华为诗。",
        "这里的手工行当，施工行为都要登记。",
    ],
)
def test_words_that_hold_a_name_by_chance_name_nobody(text: str) -> None:
    assert named(text) == set()

"""What the packaged rules alone hear in sentences as the press writes them; and what they must not hear.

One sentence with its title is less than an article, so these are about rules that speak plainly, not about recall.
"""

from functools import cache

import pytest
from newsloom_tagger.analysis import Analyser


@cache
def rules_alone() -> Analyser:
    return Analyser(models={})


def tagged(text: str) -> set[str]:
    return {t.id for t in rules_alone().analyse("", text).themes}


SAID = {
    "enterprise-adoption": [
        "The bank is rolling out Microsoft's Copilot to 20,000 employees after a six-month trial.",
        "Walmart said it uses generative AI to answer suppliers, and has moved from pilot projects to every store.",
        "Doctors at the hospital now use an AI scribe; time spent on notes fell by 40 minutes a day.",
        "Most companies are stuck in pilot purgatory: only 6% have AI use cases in regular use.",
        "某股份制银行在全行部署大模型，AI客服已覆盖全部网点，平均处理时间由12分钟缩短到3分钟。",
        "该医院完成DeepSeek本地化部署，医生写病历的时间缩短了一半。",
        "钢铁企业用上工业大模型，质检漏检率降到千分之二，实现降本增效。",
    ],
    "consumer-apps": [
        "Google is rolling out Gemini Live to all Android users, and the app now lets you share your camera.",
        "The AI companion app climbed to the top of the App Store with 4 million downloads in a week.",
        "OpenAI's Sora app went viral, topped the App Store and then lost most of its users within a month.",
        "豆包App日活突破一亿，登顶应用商店免费榜，用户每天用它聊天半小时。",
        "这款AI眼镜开售三个月，退货率四成，用户说新鲜感只有一周。",
        "元宝上线新功能，用户可在微信里直接语音通话，红包活动带来上千万下载。",
    ],
    "model-race": [
        "OpenAI and Google keep leapfrogging each other, and the lead on the LMArena leaderboard changed hands again.",
        "Chatbots are becoming a commodity: models are interchangeable, there is no moat and switching costs nothing.",
        "Hours after Anthropic's release, OpenAI and Google rushed out rival models of their own.",
        "Alibaba cut the price of its AI model by 85%, and rivals matched it in what has become a price war.",
        "大模型六小虎只剩几家还在预训练，行业进入淘汰赛，有的厂商放弃自研底座。",
        "一周之内，阿里、字节、腾讯相继发布新模型，榜单第一名换了三次，用户却说大同小异。",
        "大模型价格战再起，多家厂商跟进降价，API价格跌到白菜价。",
    ],
    "safety": [
        "The parents of a 16-year-old sued OpenAI, saying ChatGPT had encouraged his suicide.",
        "Researchers showed that a hidden prompt in an email lets attackers steal files through Copilot.",
        "Grok was used to undress women in photos, and the images spread for days.",
        "The lawyer's brief cited nonexistent cases that a chatbot had made up, the judge found.",
        "Anthropic said its model tried to blackmail an engineer when told it would be shut down.",
        "Scammers used a cloned voice of the mayor, made with AI, to ask the bank for money.",
        "骗子用AI换脸冒充公司老板，在视频会议里骗走两百万元，警方提醒防范。",
        "研究人员发现，在网页里藏着指令就能让AI助手泄露用户隐私，这个漏洞已修复。",
        "律师提交的判例被法官发现是大模型编造的，属于典型的AI幻觉。",
    ],
    "jobs": [
        "The company will cut 4,000 support jobs because AI agents now do half of the work, its chief executive said.",
        "Economists at Stanford found that AI has reduced entry-level hiring of young programmers by 13%.",
        "The union of voice actors went on strike, demanding limits on digital replicas made with AI.",
        "Amodei warned that AI could wipe out half of white-collar jobs and push unemployment to 20%.",
        "公司裁员三千人，称客服岗位已由AI取代，留下的员工转岗做训练师。",
        "高盛报告称，生成式人工智能可能影响三亿个工作岗位，应届毕业生就业首当其冲。",
    ],
    "commercialization": [
        "OpenAI will show ads in ChatGPT to free users, hoping to make money from those who never pay.",
        "The startup loses money on every query: inference costs more than the $20 a month that subscribers pay.",
        "Anthropic's annualized revenue passed $5 billion, most of it from paying customers of its API.",
        "AI应用出海公司靠订阅收入打平，付费用户转化率升到5%，推理成本仍占一半。",
        "会员连续包月涨价，大模型公司的商业化仍是入不敷出，毛利率为负。",
    ],
    "compute-scarcity": [
        "We cannot get enough GPUs, the lab's head said; two training runs are still waiting in the queue.",
        "Cloud providers say demand for AI compute outstrips supply, and capacity constraints will last into next year.",
        "Anthropic has set weekly limits on Claude as demand outgrows the GPUs it can rent.",
        "高校实验室只分到八张卡，排队等算力要三周，训练计划一再推迟。",
        "HBM供不应求，明年产能已售罄，AI服务器厂商抢货。",
    ],
    "talent": [
        "A senior AI researcher is leaving Apple for Meta, the fourth engineer that the rival has poached this month.",
        "The AI lab matched offers of $100 million to keep its researchers, but three scientists left to start a company.",
        "OpenAI's chief research officer steps down; the head of research will take over as chief scientist.",
        "阿里通义技术负责人离职，据悉将加入字节跳动Seed团队，年薪过亿。",
        "前DeepMind研究员加盟腾讯，出任混元首席科学家。",
    ],
    "capital-markets": [
        "Nvidia's shares fell 4% and wiped $180 billion off its market value as investors fretted about an AI bubble.",
        "The AI cloud company filed confidentially for an IPO that could value it at $30 billion.",
        "AI概念股午后拉升，算力板块多股涨停，某芯片公司涨超12%。",
        "智谱通过港交所聆讯，路演认购倍数超百倍，分析师给出目标价。",
    ],
    "regulation": [
        "California's governor signed a bill that requires chatbots to tell minors that they are not human.",
        "Italy's data protection authority fined the maker of an AI companion five million euros.",
        "Senators voted to strip a moratorium on state AI laws from the bill.",
        "网信办公布人工智能拟人化互动服务管理暂行办法，公开征求意见。",
        "欧盟委员会对Meta的AI助手展开反垄断调查，或处以罚款。",
    ],
    "partnerships-ma": [
        "Nvidia has agreed to acquire the AI startup for $900 million in cash and stock.",
        "OpenAI signed a multi-year agreement with AMD for six gigawatts of chips.",
        "Disney and OpenAI announced a licensing deal that lets users make clips of its characters.",
        "百度拟以3亿元全资收购一家AI初创公司，交易对价以现金支付。",
        "商汤与寒武纪签署战略合作协议，双方将联合开发软硬件一体方案。",
    ],
}
CASES = [(theme, text) for theme, texts in SAID.items() for text in texts]


@pytest.mark.parametrize(("theme", "text"), CASES)
def test_what_the_press_says_plainly_is_heard(theme: str, text: str) -> None:
    assert theme in tagged(text)


@pytest.mark.parametrize(("theme", "text"), CASES)
def test_a_tag_shows_words_of_the_sentence(theme: str, text: str) -> None:
    evidence = [e for t in rules_alone().analyse("", text).themes if t.id == theme for e in t.evidence]
    assert evidence
    assert all(e.text in text and e.weight > 0 for e in evidence)


PASSING = [
    "The phone has a 6.8-inch OLED display, a 5,500 mAh battery and a 50-megapixel camera; it goes on sale on Friday.",
    "The update fixes a bug in the lock screen, improves Bluetooth and changes the changelog; AI features are unchanged.",
    "The game adds a new map for PS5 and Xbox players, and its characters are voiced by the original cast.",
    "The electric car has 600 horsepower and 520 km of range, and starts at $48,000 before incentives.",
    "The best headphones for most people are light, last for 30 hours and cost $249 on Prime Day.",
    "The airline's shares fell 6% after it cut its forecast for the quarter.",
    "The supermarket cut 800 jobs after a fall in sales and closed twelve stores.",
    "Police arrested two men who had posed as bank clerks and stolen cards from pensioners.",
    "The city council voted to ban scooters from the riverside and will fine riders.",
    "The striker has left the club on a free transfer, with a signing bonus of two million euros.",
    "新机搭载骁龙处理器，6000毫安时电池，支持120W快充，屏幕刷新率144Hz，今晚开售，首销到手价2999元。",
    "系统更新推送：修复了相机闪退，优化桌面动画与后台续航，安装包约600MB。",
    "这款新车轴距2900毫米，纯电续航620公里，百公里加速4.1秒，预售价18.98万元起。",
    "游戏今日开服，新增三张地图和两名角色，玩家登录即可领取皮肤。",
    "显示器新品上架，27英寸4K屏，亮度600尼特，到手价1999元。",
    "奶茶店打起价格战，同行纷纷跟进降价，产品同质化严重。",
    "白酒企业股价大跌，分析师下调目标价，经销商库存高企。",
    "足球俱乐部主帅离职，多名球员转会，新帅年薪千万。",
]


@pytest.mark.parametrize("text", PASSING)
def test_gadgets_cars_games_and_other_trades_are_left_alone(text: str) -> None:
    assert tagged(text) == set()

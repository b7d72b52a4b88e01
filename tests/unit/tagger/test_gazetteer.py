"""The gazetteer's rows: ids that are a promise, names that are one entity's, spellings that matter."""

import re
import time
from collections import Counter
from importlib.resources import files

import pytest
from newsloom_tagger import entities, gazetteer
from newsloom_tagger.fold import fold

ID = re.compile(r"Q[1-9][0-9]{0,9}|nl:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
# What was in Wikidata's possession when the ids were checked, and may never be another's. Only ever added to.
PROMISED = {
    "Q182477": "NVIDIA",
    "Q312": "Apple",
    "Q95": "Google",
    "Q2283": "Microsoft",
    "Q3884": "Amazon",
    "Q380": "Meta",
    "Q478214": "Tesla",
    "Q248": "Intel",
    "Q128896": "AMD",
    "Q37156": "IBM",
    "Q19900": "Oracle",
    "Q21708200": "OpenAI",
    "Q116758847": "Anthropic",
    "Q15733006": "Google DeepMind",
    "Q131577453": "DeepSeek",
    "Q713418": "TSMC",
    "Q20718": "Samsung Electronics",
    "Q544847": "Qualcomm",
    "Q297879": "ASML",
    "Q860580": "Tencent",
    "Q1359568": "Alibaba",
    "Q14772": "Baidu",
    "Q55606242": "ByteDance",
    "Q160120": "Huawei",
    "Q1636958": "Xiaomi",
    "Q201653": "SoftBank",
    "Q119718658": "Mistral AI",
    "Q305177": "Jensen Huang",
    "Q7407093": "Sam Altman",
    "Q317521": "Elon Musk",
    "Q36215": "Mark Zuckerberg",
    "Q92894": "Geoffrey Hinton",
    "Q103335665": "Dario Amodei",
    "Q115564437": "ChatGPT",
    "Q118876059": "Claude",
    "Q123361035": "Grok",
    "Q116894231": "Llama",
    "nl:coreweave": "CoreWeave",
}


def named(text: str) -> set[str]:
    return {e.name for e in entities.find("", text)}


def test_ids_are_well_formed_and_each_is_one_entity_s() -> None:
    known = gazetteer.load().known
    assert [k.id for k in known if not ID.fullmatch(k.id)] == []
    assert {k: n for k, n in Counter(k.id for k in known).items() if n > 1} == {}


@pytest.mark.parametrize("file", gazetteer.FILES)
def test_no_row_of_a_file_hides_another_with_its_id(file: str) -> None:
    text = files("newsloom_tagger").joinpath("gazetteer", file).read_text("utf-8")
    ids = re.findall(
        r"^([^\s#:]+(?::[^\s:]+)?):(?: |$)", text, re.MULTILINE
    )  # YAML keeps the last of two rows and says nothing
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    assert len(ids) == sum(k.kind == gazetteer.FILES[file] for k in gazetteer.load().known)


def test_promised_ids_still_mean_what_they_meant() -> None:
    assert {k.id: k.name for k in gazetteer.load().known if k.id in PROMISED} == PROMISED


def test_no_two_entities_are_called_the_same_without_context_to_tell_them_apart() -> None:
    loaded = gazetteer.load()
    sure = [{n.entity.name for n in s.names if n.sure and not n.marked} for s in loaded.spellings]
    assert [names for names in sure if len(names) > 1] == []


def test_hundreds_of_companies_people_and_products_are_known() -> None:
    kinds = Counter(k.kind for k in gazetteer.load().known)
    assert kinds["company"] >= 1800
    assert kinds["person"] >= 500
    assert kinds["product"] >= 380


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("NVIDIA", ["英伟达", "輝達", "Nvidia", "NVDA"]),
        ("TSMC", ["台积电", "台積電", "臺積電"]),
        ("Facebook", ["脸书", "臉書"]),
        ("Samsung Electronics", ["三星电子", "三星電子"]),
        ("Huawei Ascend", ["昇腾", "昇騰910C"]),
        ("MediaTek", ["联发科", "聯發科"]),
        ("Foxconn", ["富士康", "鴻海"]),
        ("SK hynix", ["SK海力士", "海力士"]),
        ("Supermicro", ["美超微"]),
        ("AMD", ["超微半導體", "超威半导体"]),
        ("Lisuan Technology", ["砺算科技", "礪算科技"]),
        ("Moore Threads", ["摩尔线程", "摩爾線程"]),
        ("GlobalWafers", ["環球晶圓"]),
        ("Mark Zuckerberg", ["扎克伯格", "祖克柏"]),
        ("Ming-Chi Kuo", ["郭明錤"]),
        ("Qwen", ["通义千问", "Qwen3.5"]),
    ],
)
def test_a_name_is_known_in_both_scripts_and_by_its_short_and_former_names(name: str, spellings: list[str]) -> None:
    name = {"Supermicro": "Super Micro Computer"}.get(name, name)
    assert [s for s in spellings if name not in named(s)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("寒武纪（688256）收涨", True),
        ("688256.SH收涨", True),
        ("股票代码：688256", True),
        ("共售出688256张票", False),
    ],
)
def test_a_bare_number_is_a_company_only_beside_a_sign_of_the_stock_exchange(text: str, found: bool) -> None:
    assert ("Cambricon" in {e.name for e in entities.find("", text) if any("688256" in m.text for m in e.mentions)}) == found


def test_an_exact_name_counts_as_written_only() -> None:
    rows = {"company": {"nl:x": {"name": "Fizz Group", "exact": ["昇腾", "FIZ"]}}}
    own = gazetteer.build(rows, {})  # type: ignore[arg-type]
    assert [len(entities.find("", text, own)) for text in ("昇腾", "升腾", "FIZ", "fiz", "Fiz")] == [1, 0, 1, 0, 0]


def test_a_product_names_its_maker_whose_name_means_other_things_too() -> None:
    assert {"Amazon", "Amazon Bedrock"} <= named("It runs on Amazon Bedrock.")


def test_folded_text_may_be_handed_in() -> None:
    title, content = "輝達與臺積電", "NVIDIA 與 TSMC"
    assert entities.find(title, content, folded=(fold(title), fold(content))) == entities.find(title, content)


@pytest.mark.parametrize(
    "piece", ["Amazon Bedrock ", "大摩擦", "（688256）", "苹果果农", "ARM: ", "\udcff\x00昇", "GPT-5.1.", "Meta Meta, "]
)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        start = time.process_time()
        entities.find("", piece * (size // len(piece)))
        return time.process_time() - start

    seconds(10_000)
    small = min(seconds(20_000) for _ in range(3))
    assert seconds(200_000) < 60 * max(small, 0.01)

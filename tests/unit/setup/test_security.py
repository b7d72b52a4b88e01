"""One key a service with just the rights it needs; a key that works is kept."""

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import AuthenticationException
from newsloom_setup import SetupError, security

META = ApiResponseMeta(401, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "localhost", 9200))


class Realm:
    """Elasticsearch's security, as far as set-up uses it: keys by id, with the secret that opens them and their rights."""

    def __init__(self, keys=None, presented=None):
        self.keys = {} if keys is None else keys
        self.presented = presented
        self.passwords = {}
        self.security = self

    def options(self, *, api_key):
        return Realm(self.keys, api_key)

    def authenticate(self):
        for identity, key in self.keys.items():
            if key["secret"] == self.presented:
                return {"api_key": {"id": identity}}
        raise AuthenticationException("no such key", META, {})

    def change_password(self, *, username, password):
        self.passwords[username] = password

    def create_api_key(self, *, name, role_descriptors):
        identity = f"id{len(self.keys)}-{name}"
        self.keys[identity] = {"name": name, "secret": f"secret of {identity}", "rights": role_descriptors}
        return {"encoded": self.keys[identity]["secret"]}

    def update_api_key(self, *, id, role_descriptors):  # noqa: A002 - Elasticsearch's own name
        before = self.keys[id]["rights"]
        self.keys[id]["rights"] = role_descriptors
        return {"updated": before != role_descriptors}

    def invalidate_api_key(self, *, name):
        for identity in [i for i, key in self.keys.items() if key["name"] == name]:
            del self.keys[identity]


@pytest.fixture
def folders(tmp_path):
    for service in security.GRANTS:
        (tmp_path / service).mkdir()
    return tmp_path


def test_each_service_finds_a_key_of_its_own_that_opens(folders):
    realm = Realm()

    report = security.ensure(realm, "for kibana", folders)

    assert report.created == ("newsloom-indexer", "newsloom-cli")
    assert realm.passwords == {"kibana_system": "for kibana"}
    held = {service: (folders / service / "api-key").read_text() for service in security.GRANTS}
    assert sorted(held.values()) == sorted(key["secret"] for key in realm.keys.values())
    assert len(set(held.values())) == len(held)


def test_a_second_run_keeps_every_key(folders):
    realm = Realm()
    security.ensure(realm, "p", folders)
    before = dict(realm.keys)

    report = security.ensure(realm, "p", folders)

    assert report.kept == ("newsloom-indexer", "newsloom-cli")
    assert realm.keys == before


def test_a_key_from_an_older_version_keeps_its_secret_and_gets_todays_rights(folders):
    realm = Realm()
    security.ensure(realm, "p", folders)
    for key in realm.keys.values():
        key["rights"] = {"old": {"indices": [{"names": ["*"], "privileges": ["all"]}]}}

    report = security.ensure(realm, "p", folders)

    assert report.changed == ("newsloom-indexer", "newsloom-cli")
    assert all("old" not in key["rights"] for key in realm.keys.values())


def test_a_key_whose_file_is_lost_is_replaced_and_the_lost_one_opens_nothing(folders):
    realm = Realm()
    security.ensure(realm, "p", folders)
    (folders / "indexer" / "api-key").unlink()

    assert security.ensure(realm, "p", folders).created == ("newsloom-indexer",)
    assert [key["name"] for key in realm.keys.values()].count("newsloom-indexer") == 1


def test_a_key_that_elasticsearch_does_not_know_any_more_is_replaced(folders):
    security.ensure(Realm(), "p", folders)
    realm = Realm()

    assert security.ensure(realm, "p", folders).created == ("newsloom-indexer", "newsloom-cli")


def test_nobody_may_delete_and_the_command_line_may_not_write():
    privileges = {s: {p for grant in role["indices"] for p in grant["privileges"]} for s, role in security.GRANTS.items()}

    assert not {"all", "delete", "delete_index", "manage", "write"} & set().union(*privileges.values())
    assert not {"index", "create", "create_doc"} & privileges["cli"]
    assert all(role["cluster"] == [] for role in security.GRANTS.values())


def test_only_the_indexer_may_delete_and_only_where_articles_grow_too_old(folders):
    realm = Realm()
    security.ensure(realm, "p", folders)
    assert security.ensure(realm, "p", folders, takes_out=True).changed == ("newsloom-indexer",)
    allowed = {k["name"]: {p for g in k["rights"][k["name"]]["indices"] for p in g["privileges"]} for k in realm.keys.values()}
    assert {name for name, rights in allowed.items() if "delete" in rights} == {"newsloom-indexer"}
    assert not {"all", "delete_index", "manage", "write"} & allowed["newsloom-indexer"]
    assert security.ensure(realm, "p", folders).changed == ("newsloom-indexer",), "and no longer when that is taken back"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(SetupError, match=r"indexer is missing: the key of indexer belongs there"):
        security.ensure(Realm(), "p", tmp_path)

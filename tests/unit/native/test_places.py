"""Folders: software shared by all checkouts, data that the engines' user can reach, removal of ours only."""

from pathlib import Path

from newsloom_native import places

HOME, CHECKOUT, TEMP = Path("/home/lin"), Path("/home/lin/newsloom"), Path("/tmp")


def test_the_cache_is_where_users_keep_caches():
    assert places.cache({}, HOME, root=False) == Path("/home/lin/.cache/newsloom")
    assert places.cache({"XDG_CACHE_HOME": "/big"}, HOME, root=False) == Path("/big/newsloom")


def test_roots_cache_is_outside_its_home_which_others_cannot_read():
    assert places.cache({"XDG_CACHE_HOME": "/home/root/.cache"}, Path("/home/root"), root=True) == Path("/var/cache/newsloom")


def test_a_configured_cache_is_used_whoever_starts():
    for root in (False, True):
        assert places.cache({"NEWSLOOM_CACHE_DIR": "/srv/cache"}, HOME, root=root) == Path("/srv/cache")


def test_a_users_data_lies_in_the_checkout():
    here = places.of(CHECKOUT, {}, TEMP, root=False)
    assert here.data == here.var == CHECKOUT / "var"
    assert here.env_file == CHECKOUT / "var/newsloom.env"


def test_roots_engines_keep_their_data_outside_of_the_checkout_one_folder_a_checkout():
    one, other = (places.of(Path(p), {}, TEMP, root=True).data for p in ("/home/a", "/home/b"))
    assert one.parent == other.parent == Path("/var/lib/newsloom")
    assert one != other


def test_all_of_it_can_be_taken_elsewhere():
    here = places.of(CHECKOUT, {"NEWSLOOM_DATA_DIR": "/big/newsloom"}, TEMP, root=True)
    assert here.data == here.var == Path("/big/newsloom")


def test_a_deep_checkout_does_not_make_the_socket_unusable():
    here = places.of(Path("/home/lin") / ("deep/" * 30), {}, TEMP, root=False)
    assert here.socket.parent == TEMP
    assert len(str(here.socket)) < places.LONGEST_SOCKET


def test_removal_leaves_what_is_not_ours(tmp_path):
    here = places.of(tmp_path, {"NEWSLOOM_DATA_DIR": str(tmp_path)}, TEMP, root=False)
    (tmp_path / "kafka/data").mkdir(parents=True)
    (tmp_path / "newsloom.env").touch()
    (tmp_path / "thesis.txt").touch()
    places.remove(here)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_removal_takes_the_folder_when_it_is_empty(tmp_path):
    here = places.of(tmp_path, {}, TEMP, root=False)
    (here.var / "elasticsearch").mkdir(parents=True)
    places.remove(here)
    assert not here.var.exists()

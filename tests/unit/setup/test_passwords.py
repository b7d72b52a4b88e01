"""Secrets are made once, are random, and are readable by their owner only."""

import stat

import pytest
from newsloom_setup import passwords


@pytest.fixture
def volumes(tmp_path):
    for service in ("elasticsearch", "kibana", "push"):
        (tmp_path / service).mkdir()
    return tmp_path


def test_a_first_start_makes_every_secret_with_128_bits_of_chance(volumes):
    report = passwords.ensure(volumes)

    assert report.created == passwords.SECRETS
    texts = [(volumes / name).read_text() for name in passwords.SECRETS]
    assert len(set(texts)) == len(texts)
    assert all(len(text) == 32 and int(text, 16) for text in texts)


def test_no_secret_can_be_read_by_group_or_others_which_elasticsearch_refuses(volumes):
    passwords.ensure(volumes)

    assert {stat.S_IMODE((volumes / name).stat().st_mode) for name in passwords.SECRETS} == {0o400}


def test_a_later_start_changes_nothing(volumes):
    passwords.ensure(volumes)
    before = {name: (volumes / name).read_text() for name in passwords.SECRETS}

    report = passwords.ensure(volumes)

    assert report.created == ()
    assert before == {name: (volumes / name).read_text() for name in passwords.SECRETS}


def test_a_secret_that_is_lost_is_made_again_and_the_others_stay(volumes):
    passwords.ensure(volumes)
    (volumes / passwords.KIBANA).unlink()

    assert passwords.ensure(volumes).created == (passwords.KIBANA,)


def test_a_kill_half_way_leaves_no_half_secret(volumes, monkeypatch):
    def killed(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(passwords.os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        passwords.ensure(volumes)

    assert not (volumes / passwords.ELASTIC).exists()

"""Under which name a service is a member of its group."""

import socket

from newsloom_common.kafka import member


def test_a_member_has_the_name_that_it_is_given_its_hosts_or_none() -> None:
    assert member("tagger-1") == "tagger-1"
    assert member("hostname") == socket.gethostname()
    assert member("") is None, "none for good: after a crash the group waits for its session to end"

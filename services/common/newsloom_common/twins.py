"""Two members of a group under one name (NEWSLOOM_INSTANCE): who works, and what the other one does.

Kafka gives the partitions to whoever joined last under a name. Were the other one to end, its supervisor would start it again,
and it would take the name back: the two would throw each other out for ever, and do each batch twice. So it stands aside, says
why, and begins anew once nobody else has the name.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import Any, Final

from kafka.errors import KafkaError

from newsloom_common import kafka

LOOK_S: Final = 5.0  # between two looks whether the name is free
ANSWER_MS: Final = 5_000


class TwinError(Exception):
    """Another member of the group has taken our name."""


def sentence(service: str, name: str) -> str:
    """Return what is to be said of it."""
    return f"another {service} has the name {name} (NEWSLOOM_INSTANCE), so this one stands aside: give each a name of its own"


def other(members: Iterable[Mapping[str, Any]], name: str, own: str) -> bool:
    """Whether a member that is not ``own`` has this name; members as Kafka describes them."""
    return any(m["group_instance_id"] == name and m["member_id"] != own for m in members)


def taken(bootstrap: Any, group: str, name: str, own: str = "") -> bool:
    """Ask Kafka whether a member of the group that is not ``own`` has this name. Raises KafkaError."""
    with closing(kafka.admin(bootstrap, f"{group}-twins", bootstrap_timeout_ms=ANSWER_MS)) as asked:
        return other(asked.describe_groups([group])[group]["members"], name, own)


def still(is_taken: Callable[[], bool]) -> bool:
    """Whether the name is taken, as far as one knows: while Kafka is away it is not given up."""
    try:
        return is_taken()
    except KafkaError:
        return True

"""native: Maven → Kafka and Elasticsearch as processes on loopback, and newsloom on top of them, without Docker"""


class NativeError(Exception):
    """Something the user can act on, in one sentence. ``code`` is the exit status: 2 where a tool or a setting is amiss."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code

"""What a failed start shows: the causes, not the frames between them."""

from newsloom_native import running

LOG = """\
old line
ERROR fatal exception while booting
java.lang.IllegalStateException: failed to obtain node locks
\tat org.elasticsearch.env.NodeEnvironment.<init>(NodeEnvironment.java:294)
\t... 4 more
Caused by: java.io.IOException: disk is gone
"""


def test_the_causes_are_shown_without_stack_frames(tmp_path):
    (tmp_path / "engine.log").write_text(LOG)
    assert running.tail(tmp_path / "engine.log", lines=3).splitlines() == [
        "ERROR fatal exception while booting",
        "java.lang.IllegalStateException: failed to obtain node locks",
        "Caused by: java.io.IOException: disk is gone",
    ]


def test_a_log_that_was_never_written_is_no_further_error(tmp_path):
    assert running.tail(tmp_path / "none.log") == "(no log)"

"""Lives that end at a step drawn beforehand, which stands for kill -9 in one process, and how state machines are played."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

# How many examples a state machine plays; MACHINE_EXAMPLES=20000 is the long form.
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "0"))


class KilledError(BaseException):
    """What stands for kill -9: nothing after it runs. No Exception, so that nobody handles it."""


class Fate:
    """Counts the steps of a life; at step ``dies_at`` it ends, at step ``at`` something else happens meanwhile."""

    def __init__(self, dies_at=None, at=None, meanwhile=None):
        self.dies_at, self.at, self.meanwhile, self.steps = dies_at, at, meanwhile, 0

    def step(self):
        now, self.steps = self.steps, self.steps + 1
        if now == self.dies_at:
            raise KilledError
        if now == self.at:
            self.meanwhile()


def play(machine, examples, phases=tuple(Phase), steps=30):
    """Play a state machine; the first order of rules in which something does not hold is raised, as short as it gets."""
    chosen = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=HealthCheck, phases=phases,
        report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)

"""A life that ends at a step drawn beforehand: what stands for kill -9 in tests that run in one process."""

import os

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

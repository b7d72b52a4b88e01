"""What happened in a run, one line an event; the first line has the seed, with which the run can be made again."""

import json
import threading
import time


class History:
    """Events in order. Each is written to a file and to standard output at once, so that a run that is cut off is told too."""

    def __init__(self, path, seed):
        self.path, self.seed, self.events = path, seed, []
        self._began, self._lock = time.monotonic(), threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
        self.note("run", seed=seed)

    def now(self):
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def note(self, event, **details):
        with self._lock:
            line = {"t": round(self.now(), 2), "event": event, **details}
            self.events.append(line)
            text = json.dumps(line, ensure_ascii=False, default=str)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(text + "\n")
            print(text, flush=True)

    def count(self, event):
        return sum(e["event"] == event for e in self.events)

"""Ports on loopback: the configured one, the one of last time, the usual one, else a free one."""

import random
import socket
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from newsloom_native import NativeError

LOOPBACK: Final = "127.0.0.1"
# Below the ports that systems hand to outgoing connections, so that nobody takes one between our look and the engine's bind.
LOWEST, HIGHEST = 20_000, 32_000
_given: deque[int] = deque(maxlen=100)


def is_free(port: int) -> bool:
    """Say whether a server could listen there now. A port in TIME_WAIT is free, as it is for the engines."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free(is_free: Callable[[int], bool] = is_free, draw: Callable[[int, int], int] = random.randint) -> int:
    """Return some free port, and none of the last ones again: whoever was given one may not listen yet."""
    port = next(port for port in iter(lambda: draw(LOWEST, HIGHEST), 0) if port not in _given and is_free(port))
    _given.append(port)
    return port


def choose(variable: str, configured: str, wished: Iterable[int], is_free: Callable[[int], bool] = is_free) -> int:
    """Return the configured port, which must be free, else the first free one of those wished for, else any free one."""
    if configured:
        return _configured(variable, configured, is_free)
    return next((port for port in wished if port and is_free(port)), 0) or free(is_free)


def _configured(variable: str, configured: str, is_free: Callable[[int], bool]) -> int:
    if not configured.isdecimal() or not 0 < int(configured) < 65_536:
        raise NativeError(f"{variable}={configured}: a port is a number from 1 to 65535")
    if not is_free(int(configured)):
        raise NativeError(f"{variable}={configured}: another program listens there; unset it to take any free port")
    return int(configured)

"""A network for httpx that speaks to public addresses only and never longer than allowed.

Checked is the address that was really connected to, before a byte is sent, on every redirect: a name that points inside,
or points elsewhere a moment later, gets nowhere.
"""

import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from ssl import SSLContext
from typing import Any, TypeAlias

import httpcore
import httpx

_Network: TypeAlias = httpcore.NetworkStream


class RefusedAddressError(httpcore.ConnectError):
    """The host is at an address that feeds must not reach."""


def is_public(address: str) -> bool:
    """Whether an address is on the public internet, also where IPv6 wraps an IPv4 address (mapped, 6to4, Teredo, NAT64)."""
    ip = ip_address(address.partition("%")[0])
    return all(i.is_global and not i.is_multicast for i in (ip, *_inner(ip)))


def _inner(ip: IPv4Address | IPv6Address) -> Iterable[IPv4Address]:
    if isinstance(ip, IPv4Address):
        return ()
    nat64 = IPv4Address(int(ip) & 0xFFFFFFFF) if int(ip) >> 32 == 0x64FF9B << 64 else None
    return [i for i in (ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ()), nat64) if i is not None]


class Guard(httpcore.SyncBackend):
    """Connects, checks, and ends everything at ``deadline`` (time.monotonic)."""

    def __init__(self, deadline: float, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *more: Any, **named: Any) -> _Network:
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        stream = super().connect_tcp(host, port, left, *more, **named)
        address = stream.get_extra_info("server_addr")[0]
        if not self._allow_private and not is_public(address):
            stream.close()
            at = "" if host == address else f"at {address}, which is "
            raise RefusedAddressError(f"{host} is {at}not a public address; NEWSLOOM_ALLOW_PRIVATE_ADDRESSES=true allows it")
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    """A stream whose every wait ends at the deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None, expired: type[Exception]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise expired("the time for this fetch is over")
    return left if timeout is None else min(left, timeout)


class Transport(httpx.HTTPTransport):
    """httpx's own transport over a guarded network; httpx has no option for that, httpcore has."""

    def __init__(self, guard: Guard, tls: SSLContext) -> None:
        super().__init__(verify=tls)
        self._pool = httpcore.ConnectionPool(ssl_context=tls, network_backend=guard, http1=True, http2=False)

"""The block on the network holds, and loopback stays open."""

import socket

import pytest

BLOCKED = "loopback only"


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1"])
def test_a_connection_that_leaves_the_machine_is_refused(host: str) -> None:
    with socket.socket() as sock, pytest.raises(RuntimeError, match=BLOCKED):
        sock.connect((host, 443))


def test_a_connection_attempt_without_an_exception_is_refused_too() -> None:
    with socket.socket() as sock, pytest.raises(RuntimeError, match=BLOCKED):
        sock.connect_ex(("192.0.2.1", 443))


def test_a_version_6_address_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as sock, pytest.raises(RuntimeError, match=BLOCKED):
        sock.connect(("2001:db8::1", 443, 0, 0))


def test_a_name_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match=BLOCKED):
        socket.create_connection(("node.example", 443), timeout=1)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = ("localhost", server.getsockname()[1])
        with socket.create_connection(address, timeout=5) as sock:
            assert sock.getpeername()[1] == address[1]

"""Where may a server listen?"""

import socket


def a_free_port() -> int:
    """Give a port of this machine that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

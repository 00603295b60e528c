"""Say in one line when a port cannot be served on: `make run` asks before any other work."""

import errno
import socket
import sys

HIGHEST = 65535


def main(given: str) -> None:
    if not given.isascii() or not given.isdigit() or not 0 < int(given) <= HIGHEST:
        sys.exit(f"PORT must be a number from 1 to {HIGHEST}: make run PORT=8001")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(reason(error, port))


def reason(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < HIGHEST else port - 1
        return f"Port {port} is busy: stop what uses it, or choose another: make run PORT={other}"
    return f"Port {port} cannot be used ({error.strerror}): choose another: make run PORT=8001"


if __name__ == "__main__":
    main(sys.argv[1])

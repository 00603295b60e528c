"""What `make` says to a newcomer before anything is installed: nothing here needs more than an old Python.

first_minute.py say WORD     a sentence in the terminal's language
first_minute.py stop WORD    the same, as what went wrong: status 1
first_minute.py python       stops when this Python is too old
first_minute.py port 8000    stops when the port cannot be served on
"""

import errno
import os
import socket
import sys
from collections.abc import Mapping

NEEDED = (3, 11)
HIGHEST = 65535
LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")

WORDS = {  # English, Chinese: gettext is not there yet
    "environment": (
        "Making room for the packages in .venv. A few seconds ...",
        "正在.venv里准备放程序包的地方，几秒钟……",
    ),
    "packages": (
        "Installing the packages. This is done once and takes about a minute ...",
        "正在安装程序包，只需这一次，大约1分钟……",
    ),
    "test-packages": (
        "Installing the packages for the tests. This is done once and takes about a minute ...",
        "正在安装测试用的程序包，只需这一次，大约1分钟……",
    ),
    "assets": (
        "Fetching one small file for the browser. A few seconds ...",
        "正在取网页要用的一个小文件，几秒钟……",
    ),
    "not-installed": (
        "The packages could not be installed: the lines above say why. No network? Connect, try again.",
        "程序包没有装好，原因见上面几行。如果没有网络，请连上网再运行一次。",
    ),
    "no-venv": (
        "Python's venv is missing. On Debian and Ubuntu: apt install python3-venv",
        "缺少Python的venv。在Debian和Ubuntu上：apt install python3-venv",
    ),
    "old-python": (
        "Python 3.11 or newer is needed, this one is %(version)s: make run PY=/path/to/newer/python3",
        "需要Python 3.11或更新的版本，现在是%(version)s：make run PY=/新版本的路径/python3",
    ),
    "no-port": (
        "PORT must be a number from 1 to 65535: make run PORT=8001",
        "PORT要写成1到65535之间的数字：make run PORT=8001",
    ),
    "busy-port": (
        "Port %(port)s is busy: stop what uses it, or choose another: make run PORT=%(other)s",
        "端口%(port)s被占用了：请停掉占用它的程序，或换一个：make run PORT=%(other)s",
    ),
    "closed-port": (
        "Port %(port)s cannot be used (%(reason)s). Choose another: make run PORT=8001",
        "端口%(port)s用不了（%(reason)s）。请换一个：make run PORT=8001",
    ),
}


def sentence(word: str, environ: "Mapping[str, str]", **values: object) -> str:
    """The sentence in the terminal's language, chosen as the program itself chooses it later."""
    named = next((environ[name] for name in LOCALE_VARIABLES if environ.get(name)), "")
    english, chinese = WORDS[word]
    return (chinese if named.lower().startswith("zh") else english) % values


def stop(word: str, **values: object) -> None:
    sys.exit(sentence(word, os.environ, **values))


def look_at_python() -> None:
    if sys.version_info < NEEDED:
        stop("old-python", version=".".join(str(part) for part in sys.version_info[:3]))


def look_at_port(given: str) -> None:
    if not given.isdigit() or not 0 < int(given) <= HIGHEST:
        stop("no-port")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                stop("busy-port", port=port, other=port + 1 if port < HIGHEST else port - 1)
            stop("closed-port", port=port, reason=error.strerror)


def main(what: str, *words: str) -> None:
    if what == "python":
        look_at_python()
    elif what == "port":
        look_at_port(words[0])
    elif what == "stop":
        stop(words[0])
    else:
        print(sentence(words[0], os.environ), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

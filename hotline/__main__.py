"""`python -m hotline`, and `hotline` where it is installed."""

from hotline.base import memory


def run() -> None:
    """One command, from its first import to its end."""
    memory.begin()
    from hotline.cli import main  # noqa: PLC0415 - loading it is the longest part of most commands

    main()


if __name__ == "__main__":
    run()

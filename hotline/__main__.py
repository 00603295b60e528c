"""`python -m hotline`, and `hotline` where it is installed."""

from hotline.base import memory


def run() -> None:
    """One command, from its first import to its end."""
    memory.begin()
    from hotline.cli import main  # noqa: PLC0415 - after `begin`: to load it takes most commands longest

    main()


if __name__ == "__main__":
    run()

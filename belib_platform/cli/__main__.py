"""`python -m belib_platform.cli` is `belib`."""

from belib_platform.cli.app import main

if __name__ == "__main__":
    main()

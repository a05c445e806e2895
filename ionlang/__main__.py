"""`python -m ionlang`."""

from __future__ import annotations

from ionlang.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

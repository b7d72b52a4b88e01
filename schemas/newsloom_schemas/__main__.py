"""``python -m newsloom_schemas``: write the generated schemas; ``--check``: say which have drifted, exit 1."""

import sys

from newsloom_schemas.generate import documents, drifted


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    if arguments == ["--check"]:
        stale = drifted()
        for path in stale:
            print(f"{path}: differs from newsloom_schemas; run python -m newsloom_schemas", file=sys.stderr)
        return 1 if stale else 0
    if arguments:
        print(f"newsloom_schemas: unknown argument {arguments[0]!r}; only --check is known", file=sys.stderr)
        return 2
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


sys.exit(main(sys.argv[1:]))

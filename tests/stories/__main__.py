"""python -m tests.stories: measure how well reprints are found, and write docs/stories.md."""

from . import page

print(page.write())

"""cli: topics, index, files → you: the ``newsloom`` command."""

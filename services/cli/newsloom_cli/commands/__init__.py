"""One command a file. What a command needs is imported when it runs, so that `newsloom --help` is there at once."""

"""newsloom's contract: types, topics, codec, dead letters, identities. Services import it; it imports none of them."""

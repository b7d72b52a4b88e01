"""A question in a person's words → what it means: read, understood, put as an Elasticsearch query, or evaluated here. Pure."""

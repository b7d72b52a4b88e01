"""A question in a person's words → an Elasticsearch query: read (asked), understood (meant), put (clauses). Pure."""

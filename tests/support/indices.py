"""The index as a test leaves it: gone."""

from newsloom_schemas.index import ALIAS, templates


def drop(es):
    """Delete the indices behind the alias, whatever is called like it, and all templates."""
    for name in es.indices.get(index=f"{ALIAS}*"):
        es.indices.delete(index=name)
    es.options(ignore_status=404).indices.delete_index_template(name=ALIAS)
    for name in [*[n for n in templates() if "@" in n], "news@custom"]:
        es.options(ignore_status=404).cluster.delete_component_template(name=name)

"""tagger: news.raw → news.tagged, news.theme.<id>

``analysis`` and what it imports is a library without Kafka in it; ``app`` is the service around it.
"""

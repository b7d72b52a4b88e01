"""indexer: news.tagged → Elasticsearch"""

"""ingestor: feeds → news.raw"""

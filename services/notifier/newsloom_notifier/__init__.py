"""news.tagged × news.searches → news.alerts. Two members are one that works and one that stands by."""

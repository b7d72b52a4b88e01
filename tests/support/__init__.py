"""What several tests need: records of a topic, services as real processes."""

"""What the tests run against."""

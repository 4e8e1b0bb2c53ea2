"""Commands about law and figures: treaties, questions, reviews, statistics."""

"""Commands about what a court gets: bundles, papers, and their verification."""

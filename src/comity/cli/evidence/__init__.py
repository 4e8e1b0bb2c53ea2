"""Commands about evidence: packages, age files, exhibits, disk images, what came in."""

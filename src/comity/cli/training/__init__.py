"""Commands about training: courses, cohorts, certificates, exercises, drills."""

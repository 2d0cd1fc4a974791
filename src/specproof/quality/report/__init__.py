"""What people, programs and pipelines get to see of a suite's quality: one scorecard, written in several ways."""

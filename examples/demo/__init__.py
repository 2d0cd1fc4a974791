"""The main job from end to end, as real processes: a delivery of Apifox becomes a suite, and the suite finds the seeded bugs."""

"""What a suite reaches: coverage, strength of assertions, redundancy, readability, cost. Figures without a denominator are never 100 %."""

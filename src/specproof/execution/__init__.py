"""Running suites in a child process: bounded in time, memory and output, with nothing of ours in its environment."""

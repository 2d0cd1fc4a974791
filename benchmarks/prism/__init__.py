"""Our suites against Prism, a mock server that somebody else wrote: what fails there is either its fault or a false alarm of ours."""

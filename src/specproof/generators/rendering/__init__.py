"""From a plan to files: the typed exits, the templates, the allow-list, and what stands beside the code."""

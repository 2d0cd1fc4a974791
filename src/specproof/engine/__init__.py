"""How a worker learns that there is work: the embedded dispatcher, its signal, and the queue of runs."""

"""One module for each kind of sender: how its deliveries are read and what they ask for."""

"""The strategies: each plans the cases of one family. They know nothing of each other."""

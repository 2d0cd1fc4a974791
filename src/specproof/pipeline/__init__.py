"""What happens to an event: claim, attempt, settle. This room owns the transaction boundary."""

"""What a document's paths and schemas mean: records, their ids, what creates them, how lists are paged."""

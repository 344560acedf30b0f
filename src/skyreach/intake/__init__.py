"""Recordings of other people: files -> samples of objects -> items of a scenario."""

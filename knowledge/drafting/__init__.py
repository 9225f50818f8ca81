"""Reads a document that was handed in and makes a draft of it, for a curator to approve."""

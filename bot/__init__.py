"""Composition: command line, settings, channels, web. Only it knows platforms and network."""

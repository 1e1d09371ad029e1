"""Trace in; table, equation, plot or diagram out."""

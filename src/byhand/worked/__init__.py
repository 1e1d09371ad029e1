"""Worked examples: fixed data and weights, and every number they lead to, by key."""

"""How fast is it? The measurements of scripts/bench.py, each beside its peers."""

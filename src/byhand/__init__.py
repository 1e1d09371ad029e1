"""byhand: neural networks computed by hand, every value of every pass kept."""

__version__ = "0.1.0"

"""Read what people type."""

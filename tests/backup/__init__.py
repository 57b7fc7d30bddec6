"""Backups: made, proven, kept, and put back."""

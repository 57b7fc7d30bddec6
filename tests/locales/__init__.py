"""The sentences: how they are said, and that no wording which was decided against comes back."""

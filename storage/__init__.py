"""What is kept, and how. Knows tables and rows, nothing of chat."""

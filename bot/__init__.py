"""The machinery: knows chat, knows no campaign."""

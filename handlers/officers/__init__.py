"""What officers do: review, keep addresses, confirm, import, report."""

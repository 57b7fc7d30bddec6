"""What admins do: appoint, set up, watch."""

"""The campaign: one file for each thing people can ask for."""

ROUTERS = ()

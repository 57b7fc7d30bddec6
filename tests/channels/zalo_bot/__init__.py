"""The fake Zalo Bot Platform is as strict as what is known of the real one."""

"""Asking sources outside their schedules: all that are due when `belib up` starts, and those that gave no answer."""

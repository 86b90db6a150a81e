"""How fast the platform is, on a simulated Paris and servers of its own: `python -m belib_platform_tests.bench`."""

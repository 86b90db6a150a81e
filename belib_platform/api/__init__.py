"""The read API: what is known of charge points and bike stations, now and at any instant of the past, over HTTP."""

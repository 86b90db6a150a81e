"""History of Paris's Belib' charging points and of the weather forecasts made for them."""

"""History of Paris's Belib' charging points and Vélib' bike stations, and of the weather forecasts made for them."""

"""The words of the page: a module for each view, and one for what is around them."""

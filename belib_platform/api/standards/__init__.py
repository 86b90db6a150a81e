"""The present in the field's standards: IRVE, OCPI and DATEX II, all from one table of words."""

"""The present in the field's standards: IRVE, OCPI and DATEX II from one table of words, and GBFS."""

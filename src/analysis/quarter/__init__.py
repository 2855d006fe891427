"""What authors do in a quarter: new quarter, deliveries, changes, claims, vintages."""

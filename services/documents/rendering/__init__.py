"""From typed content to an archival, accessible PDF with reserved signature fields."""

"""What the JSON API of evaluation takes and gives."""

"""The verifier of bundles that needs nothing of the product but one script."""

"""The verifier of signed PDF files: anybody's by one profile, our own by a stricter one."""

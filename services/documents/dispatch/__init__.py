"""The worker's part of deliveries: send once, look for what is unclear, fetch the proofs.

Every step that touches ISDS has its intent committed before and its result committed after;
whatever happens between, no message is sent twice.
"""

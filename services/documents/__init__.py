"""documents: renders, collects signatures, seals, stamps, delivers and proves.

Knows nothing of points, fiches or law; callers compose the words.
"""

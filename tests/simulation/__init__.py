"""The protocol of deliveries under a seeded scheduler: virtual time, several workers, crashes.

What runs is the product's own code of the worker, on a real database. Simulated are time, the
order in which workers get on, and ISDS, which loses answers, lags and refuses.
"""

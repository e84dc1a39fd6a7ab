"""The worker is really killed, really hangs, really loses its database; ISDS is on a real socket.

``python -m tests.crashes`` plays all combinations, ``python -m tests.crashes.campaign`` the chaos.
"""

"""Use cases of registry: load, ask the rules, write, leave an audit entry. The only writers.

Each takes a :class:`~services.registry.service.work.Work` with an open session; the caller
opens and commits the transaction. Nothing here knows HTTP or calls another service.
"""

"""A local stand-in for ISDS, the Czech system of data boxes, for demos and tests.

It speaks the SOAP interface of the real system, keeps its own ledger, seals its
answers with its own test certificates and can be told to fail in every way the
real one is known to fail. It is never a part of a production deployment.

It shares no code with the client in ``services.documents``: both are written from
the published facts, so that one checks the other.
"""

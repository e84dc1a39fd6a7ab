"""The demonstration: the eighth call of MAS SZK, played through the product's own interfaces.

Nothing here writes a row or imports a service; every act goes over HTTP as the person who does
it. Applicants, fiche amounts and points are invented, and the call says so.
"""

"""Whether the product lives (/healthz) and can serve (/readyz): for load balancers and monitors, without login.

May import core.outbox only; owns no table.
"""

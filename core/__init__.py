"""Ground shared by all apps: accounts, access, audit, lifecycle, clock, places, catalogue, documents, worklist, doors.

Owns nothing of the domain and may import no app above it (casework, facilities, referrals, …, deploy).
"""

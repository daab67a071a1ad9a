"""Keys that stand in this public repository, for demo and tests. Anybody knows them: production refuses each."""

DEMO_SECRET_KEY = "demo-only-" + "0" * 50
TEST_SECRET_KEY = "test-only-" + "0" * 50
SEAL_KEY = "ZGVtby1vbmx5LWtleS1mb3Itc2VhbGVkLWZpZWxkcy4="
INDEX_KEY = "ZGVtby1vbmx5LWtleS1mb3ItdGhlLWlkLWluZGV4Li4="
AUDIT_KEY = "ZGVtby1vbmx5LWtleS1mb3ItYXVkaXQtY2hhaW4uLi4="
LICENCE_KEY = "ZGVtby1vbmx5LWtleS1mb3Itc2lnbmVkLXBhcGVycy4="

SECRET_KEYS = frozenset({DEMO_SECRET_KEY, TEST_SECRET_KEY})
DATA_KEYS = frozenset({SEAL_KEY, INDEX_KEY, AUDIT_KEY, LICENCE_KEY})

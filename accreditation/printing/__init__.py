"""From a record to the contract of a printed document (core/documents/printing)."""

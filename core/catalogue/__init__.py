"""The words that all apps share: client groups by law and date, service types."""

"""The secrets of second factors lie sealed in the database (trust.md §4): a copy of it makes no codes."""

from allauth.mfa.adapter import DefaultMFAAdapter

from core.sealed import seal, unseal

KIND, PLACE = "second_factor", "mfa_authenticator:data"


class FactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return str(seal(text, KIND, PLACE))

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, KIND, PLACE)

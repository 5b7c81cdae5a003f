"""The public interface as types: every message, every error, one table of methods.

Nothing here does anything: the ingress parses with these models, the session answers with them, and the web
app's TypeScript types are generated from them.
"""

"""The desk of data protection: its pages and its API.

Reading order: `schemas`, `actions`, `api`. Packages: `pages`.
"""

"""Where packages lie: on a disk or in an object store, checked again from time to time.

Reading order: `object_store`, `quota`, `store_probe`, `store_health`, `vault`,
`verify_packages`.
"""

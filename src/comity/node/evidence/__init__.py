"""Evidence as officers see it: lists, four eyes on its end, exports, and what is sensitive in it.

In reading order: `listing`, `ordering`, `marks`, `known`, `viewing`, `previews`, `exports`.
"""

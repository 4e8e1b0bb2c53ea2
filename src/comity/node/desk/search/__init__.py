"""The page that finds what is in the register: `views` and its addresses."""

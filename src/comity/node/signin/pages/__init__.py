"""Pages on which a person signs in, proves it again, and keeps the means to.

Reading order: `expired_forms`, `forms`, `second_factors`, `views`, `sign_in`, `single_sign_on`,
`sign_in_methods`, `urls`.
"""

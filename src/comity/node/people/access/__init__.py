"""Need to know: which cases an officer may see, and what widens or narrows that.

Reading order: `audit_queries`, `case_access`, `staff`, `revoke_account`, `yearly_review`,
`emergency_access`, `identifier_scope`, `visible_cases`, `object_permissions`.
"""

"""Tables about products, approvals, plans and supply."""

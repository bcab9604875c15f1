"""Rules about the product, the law and the approval."""

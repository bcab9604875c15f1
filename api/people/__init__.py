"""Endpoints about accounts, patients, sitters and care teams."""

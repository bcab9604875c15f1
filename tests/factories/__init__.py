"""Rows to start a test from: plain functions with clinical names."""

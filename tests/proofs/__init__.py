"""What is shown for all inputs, and not for examples? See docs/proofs/README.md."""

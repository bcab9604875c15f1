"""Harm, holds, and who must look."""

"""A whole course, played to a freshly started service over HTTP."""

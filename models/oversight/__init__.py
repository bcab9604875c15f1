"""Tables about harm, holds and who must look."""

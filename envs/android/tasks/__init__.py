"""Tasks on the stand-in phone, in the manner of AndroidWorld (Rawles et al. 2024, arXiv 2405.14573)."""

"""Vision-language navigation: R2R and REVERIE on the true graphs, and a synthetic building that ships."""

"""R2R and REVERIE: paths over navigation graphs, scored as their own evaluators do."""

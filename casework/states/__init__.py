"""When something may happen: one abstract model per lifecycle, typed after lifecycles.md and nothing else."""

"""Pages of case work: they translate between the browser and `services`, and decide nothing."""

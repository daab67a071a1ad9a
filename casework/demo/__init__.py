"""A believable Đồng Nai for trying the product out. Every history is made through `perform()`, by the person whose duty
it is, with all rules on; only the clock is turned back, so that numbers, deadlines and events lie in the past.

Nothing here runs unless `settings.DH_DEMO` is on.
"""

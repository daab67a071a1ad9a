"""Pages of the register, of beds and the network, of inspections and incidents."""

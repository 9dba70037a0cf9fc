"""The doors, driven as people drive them."""

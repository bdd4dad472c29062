"""Mathematics as pages write it: tokens, macros, names, trees."""

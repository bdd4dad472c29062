"""Trees to text of derivcheck's own language, a layer a module."""

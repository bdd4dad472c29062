"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

# a busy machine is no failure
settings.register_profile(
    "derivcheck", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60
)
settings.load_profile("derivcheck")

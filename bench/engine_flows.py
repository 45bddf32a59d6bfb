"""Where django-viewflow finds the flows of `bench.engine_viewflow`: it looks them up by module."""

"""Where notebooks run: kernels forked from a server, ordinary kernels, or Dask workers."""

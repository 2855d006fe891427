"""Where notebooks run: kernels forked from a server, ordinary kernels, or Dask workers.

`analysis.reports.kernels.pool` gives kernels of this machine: forked from the process in
`analysis.reports.kernels.server`, or ordinary ones where the system cannot fork. `analysis.reports.execute` hands
notebooks to them in threads, `analysis.reports.kernels.cluster` to Dask.
"""

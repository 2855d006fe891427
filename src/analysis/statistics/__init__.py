"""Survey statistics, trend tests, process charts and funnels; nothing here knows what an indicator is."""

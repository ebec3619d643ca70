"""What a run is shown as: equity, key figures, charts, the page."""

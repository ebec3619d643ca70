"""Input: columns to events, the tests of an event, the market view of a symbol."""

"""When markets are open: sessions, the length of a trading year, and which session a time belongs to.

Calendars of exchanges come from the package exchange-calendars (extra `data`); markets without an exchange are here.
"""

from quartet.data.calendars.calendar import Calendar
from quartet.data.calendars.known import calendar, calendars

__all__ = ["Calendar", "calendar", "calendars"]

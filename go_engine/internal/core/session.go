// Session numbers: days that start at session_roll_ns after midnight UTC (spec 8.2).

package core

// SessionNs is the length of a session day.
const SessionNs = 86400 * 1000000000

// SessionCalendar gives session numbers and keeps the bounds of the last one, so that most events need no division.
type SessionCalendar struct {
	RollNs        int64
	number        int64
	start, finish int64 // the last session is [start, finish)
}

// NewSessionCalendar returns the calendar of a roll time.
func NewSessionCalendar(rollNs int64) SessionCalendar { return SessionCalendar{RollNs: rollNs} }

// At returns the session number of a time.
func (c *SessionCalendar) At(now int64) int64 {
	if now < c.start || now >= c.finish {
		c.number = FloorDiv(now-c.RollNs, SessionNs)
		c.start = c.number*SessionNs + c.RollNs
		c.finish = c.start + SessionNs
	}
	return c.number
}

// FIFO: rings that grow by doubling, for messages and reports in flight.

package executionengine

// fifo is a queue; its room is a power of two.
type fifo[T any] struct {
	ring  []T
	first uint64
	count uint64
}

// Len returns the number of entries.
func (q *fifo[T]) Len() int { return int(q.count) }

// At returns entry i, 0 the oldest.
func (q *fifo[T]) At(i int) *T { return &q.ring[(q.first+uint64(i))&uint64(len(q.ring)-1)] }

// Push adds an entry.
func (q *fifo[T]) Push(entry T) { *q.Room() = entry }

// Room adds an entry for the caller to write; it holds what an older one was.
func (q *fifo[T]) Room() *T {
	if q.count == uint64(len(q.ring)) {
		larger := make([]T, max(16, 2*len(q.ring)))
		for i := range int(q.count) {
			larger[i] = *q.At(i)
		}
		q.ring, q.first = larger, 0
	}
	q.count++
	return q.At(int(q.count - 1))
}

// Pop takes the oldest entry.
func (q *fifo[T]) Pop() T {
	entry := *q.At(0)
	q.first++
	q.count--
	return entry
}

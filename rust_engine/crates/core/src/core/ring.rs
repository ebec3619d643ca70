//! First in, first out, for the two message queues and the duplicate memory: grows by doubling, never shrinks.
use std::collections::VecDeque;

#[derive(Clone, Debug)]
pub struct Ring<T> {
    items: VecDeque<T>,
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Self { items: VecDeque::new() }
    }
}

impl<T: Copy> Ring<T> {
    pub fn with_capacity(capacity: usize) -> Self {
        Self { items: VecDeque::with_capacity(capacity) }
    }

    #[inline]
    pub fn push(&mut self, item: T) {
        self.items.push_back(item);
    }

    #[inline]
    pub fn head(&self) -> Option<&T> {
        self.items.front()
    }

    /// Takes the head where the test holds.
    #[inline]
    pub fn pop_if(&mut self, test: impl FnOnce(&T) -> bool) -> Option<T> {
        if self.items.front().is_some_and(test) { self.items.pop_front() } else { None }
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter()
    }
}

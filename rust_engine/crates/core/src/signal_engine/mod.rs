//! Phase one: the program, its operators, and the verdict of every event (spec 3, 4).

pub mod averages;
pub mod block;
pub mod external;
pub mod moments;
pub mod monoid;
pub mod node_run;
pub mod node_state;
pub mod node_step;
pub mod operators;
pub mod phase_one;
pub mod program;
pub mod rings;
pub mod rolling;
pub mod sources;
pub mod sums;
pub mod symbol_data;
pub mod verdicts;

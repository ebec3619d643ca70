//! The sweep: many engines over the same batches (spec 15). Members whose phase one reads alike form a group, which
//! does once what they have in common.

pub mod member;
pub mod member_group;
mod piece;
pub mod program_merge;
mod quiet_stretch;

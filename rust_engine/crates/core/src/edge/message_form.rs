//! Whether bytes are a message of the contract, before they are decoded (spec 12.2).
use super::message_forms::Form;
pub use super::message_forms::{CONTROL, ENGINE_CONFIG, MessageForm, PROGRAM, RISK_LIMITS, RISK_MODEL};
use crate::core::error::{EngineError, Result};

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH: u64 = 2;

/// BAD_CONFIG where the bytes are not fields of the message, one after the other.
pub fn test_form(bytes: &[u8], message: &MessageForm) -> Result<()> {
    fields(bytes, message)
        .map_err(|why| EngineError::config(format!("{} cannot be read: {why}", message.name)))
}

/// Why it is not of its form.
type Tested = std::result::Result<(), String>;

fn fields(mut rest: &[u8], message: &MessageForm) -> Tested {
    while !rest.is_empty() {
        let key = varint(&mut rest)?;
        let number = u32::try_from(key).ok().map(|key| key >> 3);
        let form = number
            .and_then(|number| message.fields.binary_search_by_key(&number, |field| field.0).ok())
            .map(|place| message.fields[place].1)
            .ok_or("an unknown field")?;
        value(&mut rest, form, key & 7)?;
    }
    Ok(())
}

fn value(rest: &mut &[u8], form: Form, wire_type: u64) -> Tested {
    match (form, wire_type) {
        (Form::Varint | Form::Varints, VARINT) => varint(rest).map(drop),
        (Form::Fixed64 | Form::Fixed64s, FIXED64) => take(rest, 8).map(drop),
        (Form::Varint | Form::Fixed64, _) => Err("a field of another wire type".to_owned()),
        (_, LENGTH) => {
            let length = varint(rest)?;
            inside(take(rest, length)?, form)
        }
        _ => Err("a field of another wire type".to_owned()),
    }
}

fn inside(mut bytes: &[u8], form: Form) -> Tested {
    match form {
        Form::Message(message) => {
            fields(bytes, message).map_err(|why| format!("{}: {why}", message.name))?;
        }
        Form::Text => {
            std::str::from_utf8(bytes).map_err(|_| "a string is not UTF-8")?;
        }
        Form::Varints => {
            while !bytes.is_empty() {
                varint(&mut bytes)?;
            }
        }
        Form::Fixed64s if !bytes.len().is_multiple_of(8) => return Err("a field is cut short".to_owned()),
        _ => {}
    }
    Ok(())
}

fn take<'a>(rest: &mut &'a [u8], size: u64) -> std::result::Result<&'a [u8], String> {
    let size = usize::try_from(size).map_err(|_| "a field is cut short")?;
    let (taken, left) = rest.split_at_checked(size).ok_or("a field is cut short")?;
    *rest = left;
    Ok(taken)
}

fn varint(rest: &mut &[u8]) -> std::result::Result<u64, String> {
    let mut value = 0;
    for (place, &byte) in rest.iter().take(10).enumerate() {
        if place == 9 && byte > 1 {
            break;
        }
        value |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            *rest = &rest[place + 1..];
            return Ok(value);
        }
    }
    Err("a number has no end or more than 64 bits".to_owned())
}

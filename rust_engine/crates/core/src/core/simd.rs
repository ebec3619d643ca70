//! Vector levels: the same code compiled for wider registers. Rust fuses and reorders no float operation, so that every
//! level gives the same bits.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

/// A level that this processor has: there is no other way to one than through its test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimdLevel(Level);

impl SimdLevel {
    pub const SCALAR: Self = Self(Level::Scalar);

    /// AVX2, where the processor has it.
    pub fn avx2() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return Some(Self(Level::Avx2));
        }
        None
    }

    /// The widest one.
    pub fn detect() -> Self {
        Self::avx2().unwrap_or(Self::SCALAR)
    }

    pub(crate) fn level(self) -> Level {
        self.0
    }
}

/// A function compiled once for each level, with the level as its first argument.
macro_rules! at_every_level {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block) => {
        $(#[$meta])*
        #[allow(unsafe_code)]
        $vis fn $name(level: $crate::core::simd::SimdLevel, $($argument: $type),*) $(-> $out)? {
            #[inline(always)]
            fn at_any($($argument: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn at_avx2($($argument: $type),*) $(-> $out)? {
                at_any($($argument),*)
            }
            match level.level() {
                $crate::core::simd::Level::Scalar => at_any($($argument),*),
                // SAFETY: a level with AVX2 exists only where the processor was found to have it.
                #[cfg(target_arch = "x86_64")]
                $crate::core::simd::Level::Avx2 => unsafe { at_avx2($($argument),*) },
            }
        }
    };
}
pub(crate) use at_every_level;

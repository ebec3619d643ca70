"""What Numba compiles: money in 128 bits, fees, fills, decisions, the kernel. It needs the extra `research`.

What belongs here: functions of arrays and numbers alone, in the types that Numba infers. They are inlined into one
function and compiled without Numba's reference counts (`_nrt=False`), which cost ten times the arithmetic: so nothing
here makes an array.
"""

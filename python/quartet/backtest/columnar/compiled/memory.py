"""What the kernel will read soon is asked for early: a price out of order costs as much as an order's arithmetic."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_BYTES = ir.IntType(8).as_pointer()
_FLAG = ir.IntType(32)
_TO_READ, _TO_KEEP, _DATA = 0, 3, 1


@intrinsic
def fetch(typing, table, row, column):
    """Bring a cell of a table near the processor."""

    def build(context, builder, signature, given):
        array = context.make_array(signature.args[0])(context, builder, given[0])
        place = cgutils.get_item_pointer(context, builder, signature.args[0], array, given[1:])
        asked = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [_BYTES, _FLAG, _FLAG, _FLAG]), "llvm.prefetch.p0"
        )
        flags = [ir.Constant(_FLAG, each) for each in (_TO_READ, _TO_KEEP, _DATA)]
        builder.call(asked, [builder.bitcast(place, _BYTES), *flags])
        return context.get_dummy_value()

    return types.void(table, types.int64, types.int64), build

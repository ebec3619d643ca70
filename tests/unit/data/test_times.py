"""Times of every form become the right nanosecond."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartet.core.errors import DataError
from quartet.data.times import (
    BadTime,
    interval_ns,
    local_to_utc,
    read_dates,
    read_durations,
    read_times,
    text_of,
    zone_offsets,
)

SECOND = 10**9


def utc(*parts: int, ns: int = 0) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND + ns  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "ns", "zoned"),
    [
        ("2013-01-01 22:00:00.295000+00:00", utc(2013, 1, 1, 22, ns=295_000_000), True),
        ("2013-01-01T22:00:00Z", utc(2013, 1, 1, 22), True),
        ("2013-01-01T22:00:00.000000001+01:00", utc(2013, 1, 1, 21, ns=1), True),
        ("2013-01-01T22:00:00+0100", utc(2013, 1, 1, 21), True),
        ("2013-09-01 17:00:00.083", utc(2013, 9, 1, 17, ns=83_000_000), False),
        ("20110103 090100", utc(2011, 1, 3, 9, 1), False),
        ("19980102 00:00", utc(1998, 1, 2), False),
        ("20240102-09:30:00.123", utc(2024, 1, 2, 9, 30, ns=123_000_000), False),
        ("2023.07.11T09:25:21.401", utc(2023, 7, 11, 9, 25, 21, ns=401_000_000), False),
        ("2019-10-17 12-AM", utc(2019, 10, 17), False),
        ("2014-12-01", utc(2014, 12, 1), False),
        ("20140501", utc(2014, 5, 1), False),
        (" 1315922016 ", 1315922016 * SECOND, True),
        ("1315922016.5", 1315922016 * SECOND + SECOND // 2, True),
    ],
)
def test_text(text: str, ns: int, zoned: bool) -> None:
    times = read_times(pa.array([text, None]))
    assert times.ns.tolist() == [ns, 0] and times.missing.tolist() == [False, True] and times.zoned is zoned


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_whole_numbers_tell_their_unit(unit: str) -> None:
    factor = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    assert read_times(pa.array([1723161256 * factor])).ns.tolist() == [1723161256 * SECOND]
    assert read_times(pa.array([5]), unit).ns.tolist() == [5 * SECOND // factor]


def test_arrow_types() -> None:
    assert read_times(pa.array([date(2020, 1, 2)])).ns.tolist() == [utc(2020, 1, 2)]
    stamp = pa.array([datetime(2020, 1, 2, 3)], pa.timestamp("us"))
    assert read_times(stamp).ns.tolist() == [utc(2020, 1, 2, 3)] and not read_times(stamp).zoned
    assert read_times(stamp.cast(pa.timestamp("ms", "UTC"))).zoned
    assert read_times(pa.nulls(2)).missing.all()
    assert read_dates(pa.array([20140501])).ns.tolist() == [utc(2014, 5, 1)]
    assert read_times(pa.array(["2020-01-02"]).dictionary_encode()).ns.tolist() == [utc(2020, 1, 2)]


def test_times_of_day_are_exact() -> None:
    assert read_durations(pa.array([40.1868, 86399882.139]), "ms")[0].tolist() == [40186800, 86399882139000]
    assert read_durations(pa.array([34200.004241176]), "s")[0].tolist() == [34200004241176]
    assert read_durations(pa.array(["09:25:00.180"]), "ms")[0].tolist() == [33900 * SECOND + 180_000_000]
    assert read_durations(pa.array(["1500"]), "ms")[0].tolist() == [1_500_000_000]


def test_clocks_that_go_back_and_forth() -> None:
    local = read_times(pa.array(["2013-11-03 01:30:00", "2013-03-10 02:30:00", "2013-07-01 09:30:00"])).ns
    expected = [utc(2013, 11, 3, 5, 30), utc(2013, 3, 10, 7, 30), utc(2013, 7, 1, 13, 30)]
    assert local_to_utc(local, "America/New_York").tolist() == expected
    assert local_to_utc(local, "Etc/GMT+5")[2] == utc(2013, 7, 1, 14, 30)


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)), max_size=20))
def test_zone_arithmetic_agrees_with_zoneinfo(moments: list[datetime]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    local = pa.array(moments, pa.timestamp("ns")).cast(pa.int64()).to_numpy()
    got = local_to_utc(local, "Europe/Berlin")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for moment, ns in zip(moments, got.tolist(), strict=True):
        span = moment.replace(tzinfo=zone).astimezone(UTC) - epoch
        assert ns == ((span.days * 86400 + span.seconds) * 10**6 + span.microseconds) * 1000
    offsets = zone_offsets(got, "Europe/Berlin")
    for ns, offset in zip(got.tolist(), offsets.tolist(), strict=True):
        found = datetime.fromtimestamp(ns // SECOND, zone).utcoffset()
        assert found is not None and offset == int(found.total_seconds()) * SECOND


def test_what_is_no_time_is_named() -> None:
    with pytest.raises(BadTime) as caught:
        read_times(pa.array(["2013-09-01 17:00:00", "soon"]))
    assert caught.value.row == 1 and caught.value.value == "soon"
    with pytest.raises(BadTime, match="with and without an offset"):
        read_times(pa.array(["2013-09-01 17:00:00", "2013-09-01 17:00:00+00:00"]))
    with pytest.raises(DataError, match="IANA"):
        local_to_utc(pa.array([1]).to_numpy(), "Nowhere/City")
    with pytest.raises(BadTime):
        read_durations(pa.array(["x"]), "ms")


def test_intervals() -> None:
    assert [interval_ns(text) for text in ("1m", "5m", "1h", "1d", "250ms", 7)] == [
        60 * SECOND,
        300 * SECOND,
        3600 * SECOND,
        86400 * SECOND,
        SECOND // 4,
        7,
    ]
    with pytest.raises(DataError, match="1m"):
        interval_ns("fortnight")


def test_text_of_a_time() -> None:
    assert text_of(utc(2013, 1, 1, 22, ns=5)) == "2013-01-01T22:00:00.000000005Z"

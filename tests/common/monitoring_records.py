"""The record of a monitoring that found a new brand."""

from common.monitoring_record import (
    ChangeRecord,
    DaysRecord,
    DriftRecord,
    FigureRecord,
    MonitoringRecord,
)

RECORD = MonitoringRecord(
    time="2026-11-30T03:00:00+00:00",
    now=DaysRecord("2026-11-27", "2026-11-29", 450),
    before=DaysRecord("2026-11-13", "2026-11-26", 2_100),
    releases=("abc",),
    figures=(
        FigureRecord("acceptance", "brand", "all", "", 0.8, 0.76, 0.84, 410),
        FigureRecord("top_1_accuracy", "brand", "all", "", 0.7, 0.66, 0.74, 390),
        FigureRecord("expected_accuracy", "brand", "all", "", 0.65, 0.6, 0.7, 410),
        FigureRecord("coverage", "price", "all", "", 0.81, 0.77, 0.85, 400),
        FigureRecord("acceptance", "brand", "day", "2026-11-29", 0.7, None, None, 9),
        FigureRecord("acceptance", "brand", "version", "0123", 0.8, 0.76, 0.84, 410),
    ),
    drifts=(
        DriftRecord("brand chosen", 0.31, 0.0002, 220, found=True),
        DriftRecord("category chosen", 0.04, 0.6, 220, found=False),
    ),
    changes=(ChangeRecord("top_1_accuracy", "brand", 0.08, 0.05, 0.11, found=True),),
    retrain=True,
    reasons=("brand chosen is not distributed as before",),
    champion=("0123",),
)

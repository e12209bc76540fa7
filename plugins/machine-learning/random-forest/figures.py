"""Figures of a forest, as Vega-Lite."""

import numpy as np

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MOST_BARS = 20
MOST_POINTS = 2000


def _importance(judged, score):
    shown = judged.importance[:MOST_BARS]
    rows = [
        {"feature": f["feature"], "value": f["value"], "low": f["value"] - f["sd"], "high": f["value"] + f["sd"]}
        for f in shown
    ]
    y = {"field": "feature", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 200}}
    title = f"fall of {score} when the column is shuffled"
    spec = {
        "$schema": SCHEMA,
        "title": {"text": "Importance of the columns", "subtitle": "bar: mean; line: one standard deviation"},
        "width": 420,
        "height": max(80, 24 * len(rows)),
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.6}},
                "encoding": {"y": y, "x": {"field": "value", "type": "quantitative", "title": title}},
            },
            {
                "mark": {"type": "rule", "color": "#1c2126"},
                "encoding": {"y": y, "x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}},
            },
        ],
    }
    first = shown[0]
    alt = f"Bars of the importance of {len(rows)} columns; the highest is {first['feature']} with {first['value']:.3f}."
    return {"name": "importance", "title": "Importance of the columns", "alt": alt, "spec": spec}


def _confusion(prepared, cells):
    def axis(field, title):
        return {"field": field, "type": "nominal", "title": title, "sort": prepared.classes, "axis": {"labelLimit": 120}}

    place = {"x": axis("predicted", "predicted"), "y": axis("actual", "actual")}
    size = max(160, min(420, 60 * len(prepared.classes)))
    spec = {
        "$schema": SCHEMA,
        "title": {"text": "Predicted against actual", "subtitle": "rows that the forest had not seen"},
        "width": size,
        "height": size,
        "data": {"values": cells},
        "encoding": place,
        "layer": [
            {
                "mark": "rect",
                "encoding": {
                    "color": {
                        "field": "n",
                        "type": "quantitative",
                        "title": "rows",
                        "scale": {"range": ["#f4f8fb", "#7fb9dc"]},
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 13, "color": "#1c2126"},
                "encoding": {"text": {"field": "n", "type": "quantitative"}},
            },
        ],
    }
    right = sum(cell["n"] for cell in cells if cell["actual"] == cell["predicted"])
    alt = f"Grid of {len(prepared.classes)} classes; {right} of {len(prepared.y)} rows lie on the diagonal, predicted rightly."
    return {"name": "confusion", "title": "Predicted against actual", "alt": alt, "spec": spec}


def _fit(prepared, judged):
    every = max(1, -(-len(prepared.y) // MOST_POINTS))
    rows = [{"actual": float(a), "predicted": float(p)} for a, p in zip(prepared.y[::every], judged.predicted[::every])]
    low, high = float(np.min(prepared.y)), float(np.max(prepared.y))
    x = {"field": "actual", "type": "quantitative", "title": "actual", "scale": {"zero": False}}
    y = {"field": "predicted", "type": "quantitative", "title": "predicted", "scale": {"zero": False}}
    line = [{"actual": low, "predicted": low}, {"actual": high, "predicted": high}]
    spec = {
        "$schema": SCHEMA,
        "title": {"text": "Predicted against actual", "subtitle": "rows that the forest had not seen; line: equal"},
        "width": 380,
        "height": 320,
        "layer": [
            {"data": {"values": rows}, "mark": {"type": "point", "size": 18, "opacity": 0.5}, "encoding": {"x": x, "y": y}},
            {"data": {"values": line}, "mark": {"type": "line", "color": "#d55e00"}, "encoding": {"x": x, "y": y}},
        ],
    }
    alt = f"Points of {len(rows)} rows, predicted against actual values, around the line where both are equal."
    return {"name": "fit", "title": "Predicted against actual", "alt": alt, "spec": spec}


def figures(prepared, judged, cells):
    if prepared.task == "classification":
        return [_importance(judged, "accuracy"), _confusion(prepared, cells)]
    return [_importance(judged, "R²"), _fit(prepared, judged)]

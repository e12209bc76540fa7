import pandas


def run(data, params, context):
    cells = pandas.DataFrame({"a": [1.5, None], "b": ["x", "y"]})
    encoding = {axis: {"field": axis, "type": "quantitative"} for axis in "xy"}
    plot = {"data": {"values": [{"x": 1, "y": 2}]}, "mark": "point", "encoding": encoding}
    return {
        "values": {"answer": 1},
        "summary": ["shown"],
        "method": {"text": "t", "reference": "conformance", "options": {}},
        "tables": [{"name": "cells", "title": "Cells", "data": cells}],
        "figures": [{"name": "plot", "title": "Plot", "alt": "A plot.", "spec": plot}],
    }

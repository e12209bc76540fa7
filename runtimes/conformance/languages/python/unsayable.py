nan, inf = float("nan"), float("inf")


def run(data, params, context):
    return {
        "values": {"answer": [nan, inf, -inf, 1], "deep": {"a/b~c": nan}},
        "summary": ["unsayable"],
        "method": {"text": "t", "reference": "conformance", "options": {}},
    }

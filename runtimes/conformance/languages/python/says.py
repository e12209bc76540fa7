def run(data, params, context):
    context.progress(0.5, "half way", "fit")
    context.warn("CARE", "take care")
    print("to the log")
    return {
        "values": {"answer": 1},
        "summary": ["said"],
        "method": {"text": "t", "reference": "conformance", "options": {}},
    }

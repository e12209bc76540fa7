import locale
import time


def run(data, params, context):
    return {
        "values": {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(0)),
            "number": locale.str(1234.5),
            "sorted": sorted(["b", "A", "a", "ä", "B"]),
        },
        "summary": ["here"],
        "method": {"text": "t", "reference": "conformance", "options": {}},
    }

import sys


def run(data, params, context):
    print('{"t":"result","bytes":2}\n{}{"t":"done"}')
    for _ in range(1000):
        print("x" * 10000)
    print('{"t":"error","class":"data","code":"NO","message":"no"}', file=sys.stderr)
    return {
        "values": {"answer": 1},
        "summary": ["printed"],
        "method": {"text": "t", "reference": "conformance", "options": {}},
    }

def run(data, params, context):
    context.refuse("TOO_FEW", "too few", params["class"], {"column": "n", "rows": len(data)}, "more")

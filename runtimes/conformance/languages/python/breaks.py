def run(data, params, context):
    raise ValueError("broken")

import time


def run(data, params, context):
    while True:
        context.progress(0.1)
        time.sleep(0.1)

"""Mean of a column with its standard error."""

import math

import pandas as pd


def run(data, params, context):
    """data: a pandas DataFrame; params: a dict as tool.json describes it; context: progress(), warn() and refuse()."""
    name = params["column"]
    there = data[name].dropna().astype(float)
    n = len(there)
    if n < 2:
        context.refuse(
            "TOO_FEW_VALUES",
            f'Column "{name}" has {n} values.',
            where={"column": name, "param": "column"},
            hint="At least two values are needed.",
        )
    sd = float(there.std(ddof=1))
    values = {"n": n, "mean": float(there.mean()), "sd": sd, "std_error": sd / math.sqrt(n)}
    missing = len(data) - n
    return {
        "values": values,
        "summary": [f"The mean of {name} is {values['mean']:.4g} (standard error {values['std_error']:.3g}, {n} values)."],
        "method": {
            "text": "Arithmetic mean; standard deviation with n - 1; standard error sd / sqrt(n).",
            "reference": "pandas: Series.mean, Series.std",
            "options": {},
        },
        "assumptions": [
            {
                "id": "independence",
                "title": "Rows are independent of each other",
                "verdict": "not_checked",
                "message": "Cannot be seen in the data.",
            }
        ],
        "dropped": [{"rows": missing, "reason": "the value is missing"}] if missing else [],
        "tables": [{"name": "mean", "title": "Mean", "data": pd.DataFrame([values])}],
    }

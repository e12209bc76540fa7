"""What the forest is grown from: the target, the features, and the rows that can be used."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

MISSING = "(missing)"


@dataclass
class Prepared:
    task: str
    target: str
    features: list[str]
    #: Features under plain names c0, c1, ...: names of columns are data, and never reach a library as anything else.
    x: pd.DataFrame
    y: np.ndarray
    classes: list[str]
    categorical: list[str]
    dropped: int
    filled: int


def _column(data, name, context):
    if name not in data.columns:
        context.refuse("COLUMN_NOT_FOUND", f"the data have no column '{name}'", "input", {"column": name})
    found = data[name]
    return found if isinstance(found, pd.Series) else found.iloc[:, 0]


def _types(context):
    return {column["name"]: column for column in context.schema}


def _task(params, kind, column, context):
    """A number is predicted by regression and a name by classification, unless it is said."""
    numeric = kind in ("number", "integer")
    task = params.get("task") or ("regression" if numeric and column.nunique() > 10 else "classification")
    if task == "regression" and not numeric:
        context.refuse(
            "NOT_NUMERIC",
            f"'{params['target']}' holds no numbers, so it cannot be predicted by regression",
            "input",
            {"param": "target", "column": params["target"]},
            "leave task out, or say classification",
        )
    return task


def _feature_names(params, data, types, context):
    names = params.get("features")
    if names is None:
        usable = ("numeric", "category")
        names = [name for name in data.columns if types[name].get("role") in usable and name != params["target"]]
    if params["target"] in names:
        context.refuse(
            "TARGET_IS_FEATURE",
            f"'{params['target']}' is to be predicted and stands among the features",
            "input",
            {"param": "features", "column": params["target"]},
        )
    if not names:
        context.refuse("NO_FEATURES", "no column is left to predict from", "data", None, "name some in features")
    return list(names)


def _features(data, names, types, context):
    columns, categorical, filled = {}, [], 0
    for at, name in enumerate(names):
        values = _column(data, name, context)
        if values.isna().all():
            context.refuse("ALL_MISSING", f"every value of '{name}' is missing", "data", {"column": name})
        if types[name]["type"] in ("number", "integer"):
            numbers = values.astype("float64")
            if np.isinf(numbers).any():
                row = int(np.flatnonzero(np.isinf(numbers))[0]) + 1
                context.refuse("INFINITE_VALUES", f"'{name}' is infinite in row {row}", "data", {"column": name, "row": row})
            columns[f"c{at}"] = numbers
        else:
            columns[f"c{at}"] = values.astype(object).where(values.notna(), MISSING).astype(str)
            categorical.append(f"c{at}")
        filled += int(values.isna().sum())
    return pd.DataFrame(columns), categorical, filled


def prepare(data, params, context):
    """The rows that have a target, with every feature that was asked for."""
    types = _types(context)
    target = _column(data, params["target"], context)
    there = target.notna().to_numpy()
    if not there.any():
        context.refuse("ALL_MISSING", f"every value of '{params['target']}' is missing", "data", {"column": params["target"]})
    task = _task(params, types[params["target"]]["type"], target[there], context)
    names = _feature_names(params, data, types, context)
    x, categorical, filled = _features(data[there].reset_index(drop=True), names, types, context)
    known = target[there].reset_index(drop=True)
    if task == "classification":
        labels = known.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value)).to_numpy(dtype=object)
        classes = sorted(set(labels))
        y = np.searchsorted(classes, labels)
    else:
        classes, y = [], known.astype("float64").to_numpy()
    prepared = Prepared(task, params["target"], names, x, y, classes, categorical, int((~there).sum()), filled)
    check(prepared, params["cv_folds"], context)
    return prepared


def check(prepared, folds, context):
    """Refuses what cannot be judged by cross-validation."""
    rows = len(prepared.y)
    where = {"param": "target", "column": prepared.target}
    if rows < 2 * folds:
        context.refuse("TOO_FEW_ROWS", f"{rows} rows are too few for {folds} folds", "data", None, f"at least {2 * folds}")
    if len(np.unique(prepared.y)) < 2:
        context.refuse("TARGET_CONSTANT", f"'{prepared.target}' has one value only", "data", where)
    if prepared.task != "classification":
        return
    counts = np.bincount(prepared.y)
    if len(counts) > 50:
        message = f"'{prepared.target}' has {len(counts)} classes; at most 50 are predicted"
        context.refuse("TOO_MANY_CLASSES", message, "data", where, "for a number, say task regression")
    if counts.min() < folds:
        rare = prepared.classes[int(counts.argmin())]
        message = f"class '{rare}' has {counts.min()} rows, fewer than the {folds} folds"
        context.refuse("RARE_CLASS", message, "data", where, "take fewer folds, or put rare classes together")
